-- Names, comments and texts that try to be something else: each is data, and nothing of it may be run.
CREATE ROLE "r; DROP TABLE pwned; --";
CREATE SCHEMA "s""; \! touch pwned";
CREATE TABLE "orders'; \! touch pwned" (
    "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "tenant_id" bigint NOT NULL,
    "new
line; DROP TABLE plain; --" text NOT NULL DEFAULT '$$; \! touch pwned',
    "*/ $body$ $(touch pwned) `touch pwned`" numeric(10, 2),
    "<script>alert(1)</script>" text CHECK ("<script>alert(1)</script>" <> '*/ \! touch pwned'),
    ":'HOST' :DBNAME" text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE "s""; \! touch pwned"."child
of | none" (
    id bigint PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES "orders'; \! touch pwned" (id),
    price real NOT NULL,
    tenant_id bigint NOT NULL
);
CREATE TABLE plain (id bigint PRIMARY KEY, tenant_id bigint NOT NULL, "order" text);
COMMENT ON TABLE plain IS '<img src=x onerror=alert(1)> */ ; DROP TABLE plain; --
\! touch pwned
$(touch pwned) `touch pwned` | | [x](javascript:alert(1))';
COMMENT ON COLUMN plain."order" IS E'\r\\! touch pwned\u2028\\! touch pwned';
CREATE INDEX "i; \! touch pwned" ON plain ("order");
ALTER TABLE plain ENABLE ROW LEVEL SECURITY;
CREATE POLICY "p; \! touch pwned" ON plain TO "r; DROP TABLE pwned; --"
    USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);
GRANT SELECT, INSERT ON plain TO "r; DROP TABLE pwned; --";
