"""Small designs that requirements are held against."""

from __future__ import annotations

TRADING = """
CREATE TABLE instruments (id bigint PRIMARY KEY, isin char(12) NOT NULL);
CREATE TABLE orders (
    order_id bigint PRIMARY KEY, instrument_id bigint NOT NULL REFERENCES instruments (id), account_id bigint NOT NULL,
    side text NOT NULL, quantity numeric(27, 9) NOT NULL, limit_price numeric(31, 13), received_at timestamptz NOT NULL
);
CREATE TABLE order_events (
    mic char(4) NOT NULL, event_date date NOT NULL, event_type text NOT NULL, seq bigint NOT NULL, order_id bigint NOT NULL,
    price numeric(31, 13), quantity numeric(27, 9), happened timestamp(0) NOT NULL,
    PRIMARY KEY (mic, event_date, event_type, seq)
);
CREATE TABLE executions (
    id bigint PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders (order_id), mic char(4) NOT NULL, venue_txn_id varchar(60),
    price numeric(18, 13) NOT NULL, quantity numeric(27, 9) NOT NULL, executed_at timestamptz NOT NULL
);
CREATE TABLE audit_event (id bigint PRIMARY KEY, actor text NOT NULL, happened_at timestamptz NOT NULL, what text NOT NULL);
CREATE TABLE audit_note (id bigint PRIMARY KEY, what text NOT NULL);
GRANT SELECT, INSERT ON audit_event TO app;
GRANT SELECT, INSERT, UPDATE ON audit_note TO app;
COMMENT ON TABLE executions IS 'Fills as the venue told them; kept for six years.';
"""

PERSONS = """
CREATE TABLE customers (id bigint PRIMARY KEY, first_name text, last_name text, email text NOT NULL, hold_until date);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id));
CREATE TABLE patients (id bigint PRIMARY KEY, full_name text, email text, diagnosis text, erased_at timestamptz);
CREATE TABLE visits (id bigint PRIMARY KEY, patient_id bigint NOT NULL REFERENCES patients (id));
CREATE TABLE contacts (
    region text NOT NULL, id bigint NOT NULL, email text NOT NULL, phone text, PRIMARY KEY (region, id)
) PARTITION BY LIST (region);
"""
