export { dataset } from '../../../datasets/diary.ts';
