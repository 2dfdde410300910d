CREATE TABLE orders (
    id bigint PRIMARY KEY,
    status text NOT NULL,
    "<b>a|b</b>" text NOT NULL,
    total numeric(12, 2) NOT NULL,
    placed_at timestamptz NOT NULL
);
