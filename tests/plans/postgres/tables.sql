-- Small tables with all that makes the planner use its operators.
CREATE TABLE public.account (id bigint PRIMARY KEY, name text, region int, "we ird ->" int);
CREATE TABLE public.orders (id bigint PRIMARY KEY, account_id bigint NOT NULL REFERENCES account, status text, total int, created_at timestamp);
CREATE SCHEMA shop;
CREATE TABLE shop.line (order_id bigint NOT NULL, no int, sku text, quantity int, PRIMARY KEY (order_id, no));
CREATE TABLE public.event (id bigint, at date NOT NULL, kind int, payload text) PARTITION BY RANGE (at);
CREATE TABLE public.event_1 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE public.event_2 PARTITION OF event FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
CREATE TABLE public.event_3 PARTITION OF event FOR VALUES FROM ('2024-03-01') TO ('2024-04-01');
INSERT INTO account SELECT i, 'name ' || i, i % 7, i % 3 FROM generate_series(1, 2000) i;
INSERT INTO orders SELECT i, 1 + (i * 7919) % 2000, CASE WHEN i % 50 = 0 THEN 'open' ELSE 'done' END, i % 1000, timestamp '2024-01-01' + i * interval '1 minute' FROM generate_series(1, 20000) i;
INSERT INTO shop.line SELECT 1 + i / 3, i % 3, 'sku' || i % 500, i % 9 FROM generate_series(0, 29999) i;
INSERT INTO event SELECT i, date '2024-01-01' + i % 90, i % 5, repeat('x', 50) FROM generate_series(1, 9000) i;
CREATE INDEX orders_account_idx ON orders (account_id);
CREATE INDEX orders_status_idx ON orders (status);
CREATE INDEX orders_created_idx ON orders (created_at);
CREATE INDEX "orders total, really" ON orders (total);
CREATE INDEX event_at_idx ON event (at);
CREATE INDEX account_region_idx ON account (region);
