-- Workload of slow_webshop on a Saturday evening. The descriptions say what the page wants, not what is wrong.

-- name: customer_by_email
-- rate: 40/s  params: email=uniform(customers.email)  slo: p99<10ms  role: shop_app
-- Sign-in; people write their address in any case.
SELECT id, full_name, country
FROM customers
WHERE lower(email) = lower(:email);

-- name: product_by_id
-- rate: 2400/s  params: product_id=zipf(products.id, 1.1)  slo: p99<4ms  role: shop_app
-- Called once for each tile of a category page, forty in a row: the page makes forty-one round trips.
SELECT id, sku, name, price, tax_rate
FROM products
WHERE id = :product_id;

-- name: first_image_of_product
-- rate: 2400/s  params: product_id=zipf(products.id, 1.1)  slo: p99<4ms  role: shop_app
-- Again once for each tile.
SELECT url
FROM product_images
WHERE product_id = :product_id
ORDER BY position
LIMIT 1;

-- name: category_page
-- rate: 60/s  params: category_id=zipf(products.category_id), page_start=pick(0,40,400,2000,8000)  slo: p99<40ms  role: shop_app
-- The later pages are read by search engines, to the end.
SELECT id
FROM products
WHERE category_id = :category_id AND is_active
ORDER BY price, id
LIMIT 40 OFFSET :page_start;

-- name: search_products
-- rate: 45/s  params: word=pick('amber','river','stone','maple')  slo: p99<80ms  role: shop_app
-- The search box.
SELECT id, name, price
FROM products
WHERE name ILIKE '%' || :word || '%' AND is_active
ORDER BY name
LIMIT 40;

-- name: orders_of_customer
-- rate: 35/s  params: customer_id=zipf(orders.customer_id)  slo: p99<20ms  role: shop_app
-- "My orders".
SELECT id, order_number, status, total, created_at
FROM orders
WHERE customer_id = :customer_id
ORDER BY created_at DESC
LIMIT 20;

-- name: items_of_order
-- rate: 90/s  params: order_id=uniform(orders.id)  slo: p99<10ms  role: shop_app
-- An order with its lines; also called by the invoice printer.
SELECT *
FROM order_items oi
JOIN products p ON p.id = oi.product_id
WHERE oi.order_id = :order_id;

-- name: order_by_number
-- rate: 12/s  params: order_number=uniform(orders.order_number)  slo: p99<15ms  role: shop_office
-- What a caller reads from the invoice.
SELECT id, customer_id, status, total
FROM orders
WHERE order_number = :order_number;

-- name: shipments_of_order
-- rate: 30/s  params: order_id=uniform(orders.id)  slo: p99<15ms  role: shop_app
-- Where is my parcel?
SELECT s.carrier, s.tracking_no, s.shipped_at, o.status
FROM shipments s
JOIN orders o ON CAST(o.id AS varchar) = s.order_ref
WHERE s.order_ref = CAST(:order_id AS varchar);

-- name: payment_state
-- rate: 25/s  params: order_id=uniform(payments.order_id)  slo: p99<10ms  role: shop_app
-- The payment library sends every number as numeric.
SELECT id, method, status, amount
FROM payments
WHERE order_id = CAST(:order_id AS numeric);

-- name: orders_of_day
-- rate: 4/min  params: day=recent(orders.created_at, 30 days)  slo: p95<300ms  role: shop_office
-- Turnover of one day, on the office's screen.
SELECT count(*) AS orders, sum(total) AS turnover
FROM orders
WHERE date(created_at) = date(CAST(:day AS timestamptz));

-- name: lowest_price_30_days
-- rate: 200/s  params: product_id=zipf(price_history.product_id)  slo: p99<8ms  role: shop_app
-- Shown beside each reduced price.
SELECT min(price) AS lowest
FROM price_history
WHERE product_id = :product_id AND valid_from >= now() - INTERVAL '30 days';

-- name: customers_with_order_count
-- rate: 10/h  params: country=pick('DE','AT','CH')  slo: p95<5s  role: shop_office
-- The marketing list.
SELECT c.id, c.full_name,
       (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS orders,
       (SELECT max(o.created_at) FROM orders o WHERE o.customer_id = c.id) AS last_order
FROM customers c
WHERE c.country = :country AND c.newsletter
ORDER BY c.id
LIMIT 500;

-- name: mailable_customers
-- rate: 4/h  params: n=int(500,5000)  slo: p95<5s  role: shop_office
-- Everyone who is not blocked.
SELECT id, email
FROM customers
WHERE newsletter AND id NOT IN (SELECT customer_id FROM blocked_customers)
ORDER BY id
LIMIT :n;

-- name: viewed_together
-- rate: 20/s  params: product_id=zipf(products.id)  slo: p99<120ms  role: shop_app
-- "Others also looked at"; computed when the page is shown.
SELECT b.product_id, count(*) AS views
FROM page_views a
JOIN page_views b ON b.session_id = a.session_id AND b.product_id <> a.product_id
WHERE a.product_id = :product_id
GROUP BY b.product_id
ORDER BY views DESC, b.product_id
LIMIT 8;

-- name: session_by_id
-- rate: 500/s  params: session_id=uniform(web_sessions.id)  slo: p99<4ms  role: shop_app
-- Each request starts with it.
SELECT *
FROM web_sessions
WHERE id = :session_id;

-- name: reviews_of_product
-- rate: 150/s  params: product_id=zipf(reviews.product_id), page_start=pick(0,10,20,100)  slo: p99<15ms  role: shop_app
SELECT r.id, r.stars, r.body, r.created_at, c.full_name
FROM reviews r
JOIN customers c ON c.id = r.customer_id
WHERE r.product_id = :product_id
ORDER BY r.created_at DESC
LIMIT 10 OFFSET :page_start;

-- name: place_order
-- rate: 6/s  params: order_number=new(orders.order_number), customer_id=zipf(customers.id), total=decimal(5,400,2)  slo: p99<30ms  role: shop_app
INSERT INTO orders (order_number, customer_id, status, total)
VALUES (:order_number, :customer_id, 'placed', :total);

-- name: add_order_item
-- rate: 15/s  params: order_id=uniform(orders.id), product_id=zipf(products.id), quantity=int(1,4), unit_price=decimal(2,300,2)  slo: p99<15ms  role: shop_app
INSERT INTO order_items (order_id, product_id, quantity, unit_price)
VALUES (:order_id, :product_id, :quantity, :unit_price);

-- name: reserve_stock
-- rate: 15/s  params: product_id=zipf(stock.product_id, 1.1), quantity=int(1,4)  slo: p99<10ms  role: shop_app
-- One row per product: a campaign makes one row hot.
UPDATE stock
SET reserved = reserved + :quantity, updated_at = now()
WHERE product_id = :product_id;

-- name: set_order_status
-- rate: 12/s  params: order_id=uniform(orders.id), status=pick('paid','shipped','delivered')  slo: p99<15ms  role: shop_app
UPDATE orders
SET status = :status, updated_at = now()
WHERE id = :order_id;

-- name: open_session
-- rate: 120/s  params: session_id=uuid()  slo: p99<8ms  role: shop_app
-- Robots get one too. Nothing ever removes a row.
INSERT INTO web_sessions (id, expires_at)
VALUES (:session_id, now() + INTERVAL '2 days');

-- name: record_page_view
-- rate: 900/s  params: session_id=uniform(web_sessions.id), product_id=zipf(products.id), path=text(24)  slo: p99<8ms  role: shop_app
INSERT INTO page_views (session_id, product_id, path)
VALUES (:session_id, :product_id, :path);

-- name: write_event
-- rate: 300/s  params: source=pick('web','checkout','import'), level=pick('info','warn','error'), message=text(80)  slo: p99<8ms  role: shop_app
INSERT INTO event_log (source, level, message)
VALUES (:source, :level, :message);

-- name: empty_cart_line
-- rate: 5/s  params: item_id=uniform(order_items.id)  slo: p99<10ms  role: shop_app
DELETE FROM order_items
WHERE id = :item_id;
