CREATE ROLE app LOGIN; CREATE ROLE keeper BYPASSRLS NOINHERIT; CREATE ROLE reader IN ROLE app;
CREATE SCHEMA shop; COMMENT ON SCHEMA shop IS 'Where things are sold.';
CREATE SCHEMA empty;
CREATE EXTENSION btree_gist WITH SCHEMA shop;
CREATE TYPE shop.state AS ENUM ('new', 'gone'); COMMENT ON TYPE shop.state IS 'How far it is.';
CREATE TYPE shop.mood AS ENUM ('good'); COMMENT ON TYPE shop.mood IS 'No column has it.';
CREATE DOMAIN shop.email AS text COLLATE "C" DEFAULT '' NOT NULL CHECK (VALUE LIKE '%@%');
COMMENT ON DOMAIN shop.email IS 'An address.';
CREATE SEQUENCE shop.numbers START 10 INCREMENT 5 MAXVALUE 1000 CACHE 20 CYCLE;
CREATE SEQUENCE shop.shared;
CREATE FUNCTION shop.pay(n numeric) RETURNS int LANGUAGE sql STABLE LEAKPROOF SECURITY DEFINER SET search_path = shop AS 'select 1';
COMMENT ON FUNCTION shop.pay(numeric) IS 'Pays.';
CREATE FUNCTION shop.touched() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE TABLE shop.customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mail shop.email,
    name text COLLATE "C" NOT NULL DEFAULT 'nobody',
    state shop.state DEFAULT 'new',
    shout text GENERATED ALWAYS AS (upper(name)) STORED,
    UNIQUE NULLS NOT DISTINCT (name) DEFERRABLE INITIALLY DEFERRED,
    CHECK (name <> '')
);
ALTER TABLE shop.customers OWNER TO keeper;
ALTER SCHEMA shop OWNER TO keeper; ALTER SCHEMA empty OWNER TO keeper;
ALTER TYPE shop.mood OWNER TO keeper; ALTER DOMAIN shop.email OWNER TO keeper;
ALTER SEQUENCE shop.numbers OWNER TO elsewhere; ALTER FUNCTION shop.pay(numeric) OWNER TO keeper;
ALTER TABLE shop.customers SET (fillfactor = 70);
COMMENT ON TABLE shop.customers IS 'Who buys.';
COMMENT ON COLUMN shop.customers.mail IS 'Where to write.';
ALTER TABLE shop.customers ADD CONSTRAINT long CHECK (length(name) > 1) NO INHERIT NOT VALID;
CREATE INDEX by_mail ON shop.customers (lower(mail) DESC NULLS LAST, name text_pattern_ops) INCLUDE (state) WHERE state = 'new';
COMMENT ON INDEX shop.by_mail IS 'For the search.';
CREATE TABLE shop.orders (
    id bigint DEFAULT nextval('shop.shared'), placed date NOT NULL,
    customer_id bigint, during tsrange,
    PRIMARY KEY (id, placed) INCLUDE (customer_id),
    CONSTRAINT pays FOREIGN KEY (customer_id) REFERENCES shop.customers (id) MATCH FULL
        ON DELETE SET NULL (customer_id) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
) PARTITION BY RANGE (placed);
CREATE TABLE shop.orders_2026 PARTITION OF shop.orders FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE shop.orders_2026 ADD CHECK (customer_id > 0);
ALTER TABLE shop.orders_2026 ADD UNIQUE (customer_id);
ALTER TABLE shop.orders_2026 ALTER customer_id SET DEFAULT 7;
CREATE INDEX of_2026 ON shop.orders_2026 (customer_id);
COMMENT ON TABLE shop.orders_2026 IS 'One year.';
COMMENT ON COLUMN shop.orders_2026.customer_id IS 'Of that year.';
CREATE TABLE shop.rooms (id int PRIMARY KEY, during tsrange, n int DEFAULT nextval('shop.numbers'),
    EXCLUDE USING gist (during WITH &&));
CREATE UNLOGGED TABLE shop.cache (k text) INHERITS (shop.rooms);
ALTER TABLE shop.customers ENABLE ROW LEVEL SECURITY; ALTER TABLE shop.customers FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON shop.customers AS RESTRICTIVE FOR UPDATE TO app USING (id = 1) WITH CHECK (id = 2);
CREATE TRIGGER touch BEFORE INSERT OR UPDATE OF name ON shop.customers FOR EACH ROW WHEN (new.name <> 'x') EXECUTE FUNCTION shop.touched('why');
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON shop.customers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shop.touched();
CREATE TRIGGER many AFTER UPDATE ON shop.customers REFERENCING OLD TABLE AS was NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION shop.touched();
ALTER TABLE shop.customers DISABLE TRIGGER many;
CREATE VIEW shop.mine WITH (security_invoker, security_barrier) AS SELECT id, name FROM shop.customers;
COMMENT ON VIEW shop.mine IS 'Only names.';
CREATE MATERIALIZED VIEW shop.sums AS SELECT customer_id, count(*) AS n FROM shop.orders GROUP BY customer_id;
CREATE UNIQUE INDEX sums_once ON shop.sums (customer_id DESC); COMMENT ON INDEX shop.sums_once IS 'To refresh.';
ALTER VIEW shop.mine OWNER TO keeper; ALTER MATERIALIZED VIEW shop.sums OWNER TO keeper;
GRANT SELECT, INSERT ON shop.customers TO app WITH GRANT OPTION;
GRANT UPDATE (name, mail) ON shop.customers TO reader;
GRANT SELECT ON shop.mine TO PUBLIC;
GRANT USAGE ON SCHEMA shop TO app; GRANT USAGE ON SEQUENCE shop.numbers TO app; GRANT USAGE ON TYPE shop.state TO elsewhere;
REVOKE EXECUTE ON FUNCTION shop.pay(numeric) FROM PUBLIC;
REVOKE CONNECT ON DATABASE shop FROM PUBLIC; GRANT CREATE ON DATABASE shop TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE keeper IN SCHEMA shop GRANT SELECT ON TABLES TO reader WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
