import { defineBundle } from '../src/export/bundle/bundle.ts';
import { dataset as diary } from './diary.ts';
import { dataset as letterboxd } from './letterboxd.ts';
import { dataset as profile } from './profile.ts';

/** What a person expects of "download my data". */
export const dataset = defineBundle({
  name: 'my-data',
  title: 'All my data',
  description: 'Everything that there is of a person, in one zip with a page that explains it.',
  roles: ['user', 'admin'],
  params: profile.params,
  subjectParam: 'userId',
  subjects: { all: () => ({ text: 'select id::text as subject from users', values: [] }) },
  files: [
    { dataset: profile, format: 'csv' },
    { dataset: diary, format: 'csv', description: 'The diary as it can be imported again.' },
    { dataset: diary, format: 'xlsx', description: 'The same diary as a workbook.' },
    { dataset: letterboxd, format: 'csv' },
  ],
});
