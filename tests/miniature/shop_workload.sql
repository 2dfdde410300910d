-- name: of_customer
-- params: customer_id=zipf(orders.customer_id)
SELECT id, total FROM orders WHERE customer_id = :customer_id ORDER BY created_at DESC LIMIT 10;

-- name: recent
-- params: since=recent(orders.created_at, 30 days)
SELECT count(*) FROM orders WHERE created_at >= :since;

-- name: by_email
-- params: email=uniform(customers.email)
SELECT id FROM customers WHERE lower(email) = :email;

-- name: tagged
-- params: tag=text(4)
SELECT id FROM orders WHERE tags @> ARRAY[CAST(:tag AS text)];

-- name: lines_of_order
-- params: order_id=uniform(orders.id)
SELECT l.line_no, l.price, o.status FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE l.order_id = :order_id;

-- name: visits_of_day
-- params: day=recent(visits.visited_on, 3 days)
SELECT path, count(*) FROM visits WHERE visited_on = :day GROUP BY path;

-- name: pay
-- params: id=uniform(orders.id)
UPDATE orders SET status = 'paid' WHERE id = :id;

-- name: forget_returned
-- params: customer_id=zipf(orders.customer_id)
DELETE FROM orders WHERE customer_id = :customer_id AND status = 'returned';
