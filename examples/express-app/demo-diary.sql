insert into movies (external_metadata_id, title, release_year, director) values
  ('tt0013442', 'Nosferatu, eine Symphonie des Grauens', 1922, 'F. W. Murnau'),
  ('tt0017136', 'Metropolis', 1927, 'Fritz Lang'),
  ('tt0019254', 'La Passion de Jeanne d''Arc', 1928, 'Carl Theodor Dreyer'),
  ('tt0027977', 'Modern Times', 1936, 'Charlie Chaplin'),
  ('tt0056801', '8½', 1963, 'Federico Fellini'),
  ('tt0079944', 'Сталкер', 1979, 'Andrei Tarkovsky')
on conflict do nothing;

insert into reviews (user_id, movie_id, rating, comment, watched_at)
select user_id, m.id, rating, comment, watched_at::timestamp at time zone 'UTC'
  from (values
    (1001, 'tt0017136', 9, 'The machine, the city, the heart.', '2026-03-01'),
    (1001, 'tt0013442', 8.5, null, '2026-03-08'),
    (1001, 'tt0019254', 10, E'She looks up.\nNobody says a word.', '2026-03-08'),
    (1001, 'tt0027977', 9.5, 'Quiet, "slow", and over too soon', '2026-04-02'),
    (1001, 'tt0056801', 7, '=SUM(dreams); asa nisi masa', '2026-05-17'),
    (1001, 'tt0079944', 9, 'Зона', '2026-06-21'),
    (1001, 'tt0079944', 9.5, 'Again, and better.', '2026-06-22'),
    (1002, 'tt0056801', 4, 'Fell asleep.', '2026-02-14'),
    (1002, 'tt0017136', 6, null, '2026-05-30')
  ) as entry (user_id, film, rating, comment, watched_at)
  join movies m on m.external_metadata_id = film;
