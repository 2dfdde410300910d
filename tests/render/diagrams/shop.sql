-- A small design in which every kind of relation occurs once.
CREATE TABLE customer (
    id bigint PRIMARY KEY,
    email varchar(254) NOT NULL UNIQUE,
    referred_by bigint REFERENCES customer (id) ON DELETE SET NULL
);
CREATE INDEX customer_referred_by_idx ON customer (referred_by);

CREATE TABLE profile (
    customer_id bigint PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE,
    born date
);

CREATE TABLE product (id bigint PRIMARY KEY, name text NOT NULL);

CREATE TABLE orders (
    id bigint,
    placed_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL REFERENCES customer (id),
    voucher text,
    PRIMARY KEY (id, placed_at)
) PARTITION BY RANGE (placed_at);
CREATE TABLE orders_2026_10 PARTITION OF orders FOR VALUES FROM ('2026-10-01') TO ('2026-11-01');
CREATE TABLE orders_2026_11 PARTITION OF orders FOR VALUES FROM ('2026-11-01') TO ('2026-12-01');

CREATE TABLE order_product (
    order_id bigint,
    order_placed_at timestamp with time zone,
    product_id bigint REFERENCES product (id),
    quantity integer NOT NULL,
    PRIMARY KEY (order_id, order_placed_at, product_id),
    FOREIGN KEY (order_id, order_placed_at) REFERENCES orders (id, placed_at)
);

CREATE TABLE audit_log (happened_at timestamp with time zone NOT NULL, what text);
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
