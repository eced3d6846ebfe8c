import type { ImportPreset } from '../../src/export/dataset.ts';

/**
 * `diary.csv`, `reviews.csv` and `ratings.csv` of a Letterboxd export. Its 0.5 to 5 stars become 1 to 10. A rating
 * without a day of watching counts for the day on which it was given.
 */
export const letterboxd: ImportPreset = {
  name: 'letterboxd',
  title: 'Letterboxd: diary.csv, reviews.csv or ratings.csv of its export',
  header: ['Date', 'Name', 'Year', 'Letterboxd URI', 'Rating'],
  optional: ['Review', 'Watched Date'],
  ignored: ['Letterboxd URI', 'Rewatch', 'Tags'],
  row(cells, refuse) {
    const stars = cells['Rating'];
    if (!stars) return refuse('it has no rating, and an entry of the diary needs one');
    if (!/^(0\.5|[1-4](\.[05])?|5(\.0)?)$/.test(stars)) return refuse('Rating: is not 0.5 to 5 stars');
    return {
      title: cells['Name'],
      year: cells['Year'],
      rating: String(2 * Number(stars)),
      comment: cells['Review'],
      watched_at: cells['Watched Date'] ?? cells['Date'],
    };
  },
};
