import type { ImportPreset } from '../../src/export/dataset.ts';

/** `ratings.csv` of an IMDb export: 1 to 10 as it is, on the day on which it was given. */
export const imdb: ImportPreset = {
  name: 'imdb',
  title: 'IMDb: ratings.csv of its export',
  header: ['Const', 'Your Rating', 'Date Rated', 'Title', 'Year'],
  optional: ['Directors'],
  ignored: [
    'Original Title',
    'URL',
    'Title Type',
    'IMDb Rating',
    'Runtime (mins)',
    'Genres',
    'Num Votes',
    'Release Date',
  ],
  row(cells, refuse) {
    const id = cells['Const'];
    if (!id || !/^tt\d{7,10}$/.test(id)) return refuse('Const: is not the id of a title, such as tt0111161');
    const rating = cells['Your Rating'];
    if (!rating || !/^([1-9]|10)$/.test(rating)) return refuse('Your Rating: is not 1 to 10');
    return {
      title: cells['Title'],
      year: cells['Year'],
      director: cells['Directors'],
      rating,
      watched_at: cells['Date Rated'],
      external_metadata_id: id,
    };
  },
};
