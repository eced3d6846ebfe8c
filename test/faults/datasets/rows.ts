export { dataset } from '../../support/datasets/rows.ts';
