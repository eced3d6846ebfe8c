export { dataset } from '../../support/bulk-datasets/notes.ts';
