-- :folder, :database and :user are those of the server itself: it asks itself.
CREATE EXTENSION postgres_fdw;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host :folder, dbname :database, async_capable 'true');
CREATE USER MAPPING FOR CURRENT_USER SERVER elsewhere OPTIONS (user :user);
CREATE FOREIGN TABLE far_account (id bigint, name text, region int) SERVER elsewhere OPTIONS (schema_name 'public', table_name 'account');
CREATE FOREIGN TABLE far_orders (id bigint, account_id bigint, total int) SERVER elsewhere OPTIONS (schema_name 'public', table_name 'orders');
CREATE TABLE log (id bigint, kind int) PARTITION BY LIST (kind);
CREATE TABLE log_here PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_0 (id bigint, kind int);
CREATE TABLE log_2 (id bigint, kind int);
CREATE FOREIGN TABLE log_far PARTITION OF log FOR VALUES IN (0) SERVER elsewhere OPTIONS (schema_name 'public', table_name 'log_0');
CREATE FOREIGN TABLE log_farther PARTITION OF log FOR VALUES IN (2) SERVER elsewhere OPTIONS (schema_name 'public', table_name 'log_2');
INSERT INTO log_here SELECT i, 1 FROM generate_series(1, 50) i;
INSERT INTO log_0 SELECT i, 0 FROM generate_series(1, 50) i;
INSERT INTO log_2 SELECT i, 2 FROM generate_series(1, 50) i;
