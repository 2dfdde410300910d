INSERT INTO organization (name) VALUES ('a'), ('b');
INSERT INTO country VALUES ('DE', 'Germany');
INSERT INTO patient SELECT n, 1 + n % 2, 'p' || n, 'DE' FROM generate_series(1, 20) AS n;
INSERT INTO doctor SELECT n, 1 + n % 2, 'd' || n FROM generate_series(1, 4) AS n;
INSERT INTO visit (patient_id, day) SELECT n, '2026-02-02' FROM generate_series(1, 20) AS n;
INSERT INTO treatment SELECT n, n, 'w' FROM generate_series(1, 20) AS n;
INSERT INTO bill (treatment_id, cents) SELECT n, n FROM generate_series(1, 20) AS n;
INSERT INTO reading SELECT n, now(), 60 FROM generate_series(1, 20) AS n;
INSERT INTO note VALUES (1, 'n');
