CREATE SCHEMA dwh;
CREATE TABLE dwh.dim_date (
    date_key integer PRIMARY KEY,
    full_date date NOT NULL UNIQUE,
    year smallint NOT NULL, quarter smallint NOT NULL, month smallint NOT NULL, day smallint NOT NULL,
    month_name text NOT NULL, is_holiday boolean NOT NULL
);
CREATE TABLE dwh.dim_customer (
    customer_key bigint PRIMARY KEY,
    customer_id text NOT NULL,
    name text NOT NULL, city text, country text, segment text,
    valid_from date NOT NULL, valid_to date NOT NULL DEFAULT '9999-12-31', is_current boolean NOT NULL,
    UNIQUE (customer_id, valid_from)
);
CREATE TABLE dwh.dim_product (
    product_key bigint PRIMARY KEY, sku text NOT NULL, name text NOT NULL, category text, brand text, list_price numeric(12, 2)
);
CREATE TABLE dwh.dim_store (store_key bigint PRIMARY KEY, store_no text NOT NULL UNIQUE, city text, region text);
CREATE TABLE dwh.fact_sales (
    date_key integer NOT NULL REFERENCES dwh.dim_date,
    customer_key bigint NOT NULL REFERENCES dwh.dim_customer,
    product_key bigint NOT NULL REFERENCES dwh.dim_product,
    store_key bigint NOT NULL REFERENCES dwh.dim_store,
    receipt_no text NOT NULL,
    quantity integer NOT NULL,
    net_amount numeric(14, 2) NOT NULL,
    discount_amount numeric(14, 2) NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now()
) PARTITION BY RANGE (date_key);
CREATE TABLE dwh.fact_sales_2025 PARTITION OF dwh.fact_sales FOR VALUES FROM (20250101) TO (20260101);
CREATE TABLE dwh.fact_sales_2026 PARTITION OF dwh.fact_sales FOR VALUES FROM (20260101) TO (20270101);
CREATE INDEX ON dwh.fact_sales USING brin (date_key);
CREATE MATERIALIZED VIEW dwh.sales_by_month AS
  SELECT d.year, d.month, p.category, sum(f.net_amount) AS net FROM dwh.fact_sales f JOIN dwh.dim_date d USING (date_key) JOIN dwh.dim_product p USING (product_key) GROUP BY 1, 2, 3;
CREATE TABLE dwh.stg_sales (line text NOT NULL, file_name text NOT NULL, loaded_at timestamptz NOT NULL DEFAULT now());
