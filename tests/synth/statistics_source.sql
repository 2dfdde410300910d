-- A database with skewed, correlated and missing values, for tests of statistics. setseed makes it the same every time, and with 30,000
-- rows ANALYZE looks at every row, so its answer is the same every time, too.
CREATE TYPE state AS ENUM ('open', 'paid', 'shipped', 'returned');
CREATE TABLE accounts (id bigint PRIMARY KEY, country char(2) NOT NULL, plan varchar(12) NOT NULL
    CHECK (plan IN ('free', 'team', 'enterprise')), born date);
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounts (id),
    state state NOT NULL,
    city text,
    amount numeric(12, 2) NOT NULL CHECK (amount >= 0),
    quantity integer NOT NULL,
    weight double precision,
    created_at timestamptz NOT NULL,
    billed_on date,
    batch integer NOT NULL,
    rank integer NOT NULL,
    falling integer NOT NULL,
    tag text,
    gift boolean NOT NULL,
    reference text NOT NULL
);
SELECT setseed(0.42);
INSERT INTO accounts
SELECT g, (ARRAY['DE', 'FR', 'US', 'GB', 'JP'])[1 + floor(5 * random() ^ 3)::int],
    CASE WHEN random() < 0.8 THEN 'free' WHEN random() < 0.75 THEN 'team' ELSE 'enterprise' END,
    CASE WHEN random() < 0.7 THEN date '1950-01-01' + (random() * random() * 20000)::int END
FROM generate_series(1, 5000) g;
INSERT INTO orders
SELECT g, 1 + floor(5000 * random() ^ 4)::int,
    (CASE WHEN random() < 0.7 THEN 'paid' WHEN random() < 0.6 THEN 'open' WHEN random() < 0.9 THEN 'shipped' ELSE 'returned' END)::state,
    CASE WHEN random() < 0.85 THEN 'Secretville ' || floor(400 * random() ^ 5)::int END,
    round(exp(3.5 + 1.2 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))::numeric, 2),
    1 + floor(300 * random() ^ 6)::int,
    CASE WHEN random() < 0.5 THEN 70 + 12 * (random() + random() + random() - 1.5) END,
    timestamptz '2024-01-01 00:00+00' + g::bigint * g / 10000.0 * interval '1 minute',
    CASE WHEN random() < 0.3 THEN date '2024-01-01' + (g / 250) END,
    g / 20,
    CASE WHEN random() < 0.6 THEN g ELSE floor(random() * 30000)::int END,
    50000 - g + floor(random() * 40)::int,
    CASE WHEN random() < 0.05 THEN 'Private note ' || floor(random() * 3)::int END,
    random() < 0.03,
    'R' || lpad(g::text, 9, '0')
FROM generate_series(1, 30000) g;
