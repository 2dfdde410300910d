-- name: orders_of_customer
-- rate: 40/s  params: customer_id=zipf(orders.customer_id), n=int(5, 10)  slo: p99<10s  role: app
-- The list on the account page.
-- Second line.
SELECT id, status, total FROM orders WHERE customer_id = :customer_id ORDER BY created_at DESC LIMIT :n;

-- name: customer_by_email
-- rate: 30/min  params: email=uniform(customers.email)  slo: p95<0.000001ms
SELECT id, name FROM customers WHERE email = :email;

-- name: turnover
-- rate: 6/h  params: day=recent(orders.placed_on, 30 days), state=pick('placed', 'shipped')
SELECT count(*) AS orders, sum(total) AS turnover, avg(CAST(total AS double precision)) AS mean
FROM orders WHERE placed_on >= :day AND status = :state AND created_at < now();

-- name: place_order
-- rate: 5/s  params: customer_id=uniform(customers.id), total=decimal(1, 99.5, 2), token=uuid()
INSERT INTO orders (customer_id, total, placed_on, token) VALUES (:customer_id, :total, CURRENT_DATE, :token);

-- name: new_customer
-- params: email=new(customers.email), name=text(12)
INSERT INTO customers (email, name) VALUES (:email, :name) ON CONFLICT (email) DO NOTHING;

-- name: claim
-- engines: postgres
SELECT id FROM orders ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;
