-- Everything that makes synthetic rows hard, in one schema.
CREATE SCHEMA app;
CREATE TYPE app.state AS ENUM ('open', 'active', 'closed');
CREATE TYPE app."Mood" AS ENUM ('sad', 'it''s ok', 'happy');
CREATE DOMAIN app.code AS text CHECK (VALUE ~ '^[A-Z]{2}-[0-9]{4}$');
CREATE DOMAIN app.positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN app.small_positive AS app.positive CHECK (VALUE <= 500);

-- tenants: composite keys everywhere, foreign keys that share the tenant
CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL UNIQUE, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE members (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    id bigint NOT NULL,
    email varchar(80) NOT NULL,
    manager_id bigint,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, email),
    FOREIGN KEY (tenant_id, manager_id) REFERENCES members (tenant_id, id)
);
CREATE TABLE projects (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    id bigint NOT NULL,
    owner_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, owner_id) REFERENCES members (tenant_id, id)
);
CREATE TABLE sprints (
    tenant_id uuid NOT NULL,
    project_id bigint NOT NULL,
    number smallint NOT NULL,
    state app.state NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL CHECK (ends_on > starts_on),
    PRIMARY KEY (tenant_id, project_id, number),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id)
);
CREATE UNIQUE INDEX sprints_one_active ON sprints (tenant_id, project_id) WHERE state = 'active';
CREATE TABLE tasks (
    tenant_id uuid NOT NULL,
    project_id bigint NOT NULL,
    id bigint NOT NULL,
    assignee_id bigint,
    reviewer_id bigint,
    parent_id bigint,
    state app.state NOT NULL DEFAULT 'open',
    closed_at timestamptz,
    PRIMARY KEY (tenant_id, project_id, id),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CHECK (assignee_id IS NULL OR reviewer_id IS NULL OR assignee_id <> reviewer_id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id),
    FOREIGN KEY (tenant_id, assignee_id) REFERENCES members (tenant_id, id),
    FOREIGN KEY (tenant_id, reviewer_id) REFERENCES members (tenant_id, id),
    FOREIGN KEY (tenant_id, project_id, parent_id) REFERENCES tasks (tenant_id, project_id, id)
);
CREATE TABLE task_links (
    tenant_id uuid NOT NULL,
    project_id bigint NOT NULL,
    from_id bigint NOT NULL,
    to_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, project_id, from_id, to_id),
    CHECK (from_id <> to_id),
    FOREIGN KEY (tenant_id, project_id, from_id) REFERENCES tasks (tenant_id, project_id, id),
    FOREIGN KEY (tenant_id, project_id, to_id) REFERENCES tasks (tenant_id, project_id, id)
);
CREATE TABLE task_watchers (
    tenant_id uuid NOT NULL,
    project_id bigint NOT NULL,
    task_id bigint NOT NULL,
    member_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, project_id, task_id, member_id),
    FOREIGN KEY (tenant_id, project_id, task_id) REFERENCES tasks (tenant_id, project_id, id),
    FOREIGN KEY (tenant_id, member_id) REFERENCES members (tenant_id, id)
);

-- a shared column that no table owns
CREATE TABLE shops (region smallint NOT NULL, id integer NOT NULL, PRIMARY KEY (region, id));
CREATE TABLE clerks (region smallint NOT NULL, id integer NOT NULL, PRIMARY KEY (region, id));
CREATE TABLE sales (
    id bigint PRIMARY KEY,
    region smallint NOT NULL,
    shop_id integer NOT NULL,
    clerk_id integer NOT NULL,
    FOREIGN KEY (region, shop_id) REFERENCES shops (region, id),
    FOREIGN KEY (region, clerk_id) REFERENCES clerks (region, id)
);

-- circles
CREATE TABLE departments (id integer PRIMARY KEY, head_id integer NOT NULL);
CREATE TABLE employees (id integer PRIMARY KEY, department_id integer NOT NULL REFERENCES departments (id));
ALTER TABLE departments ADD FOREIGN KEY (head_id) REFERENCES employees (id) DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE eggs (id integer PRIMARY KEY);
CREATE TABLE hens (id integer PRIMARY KEY REFERENCES eggs (id));
ALTER TABLE eggs ADD FOREIGN KEY (id) REFERENCES hens (id) DEFERRABLE INITIALLY DEFERRED;

-- one to one, and a unique nullable tree
CREATE TABLE badges (employee_id integer PRIMARY KEY REFERENCES employees (id), serial app.code NOT NULL UNIQUE);
CREATE TABLE bookings (id uuid PRIMARY KEY, reverses_id uuid UNIQUE REFERENCES bookings (id));

-- narrow keys
CREATE TABLE flags (flag boolean PRIMARY KEY, meaning text NOT NULL);
CREATE TABLE days (day date PRIMARY KEY);
CREATE TABLE states (state app.state PRIMARY KEY);
CREATE TABLE codes (code char(2) PRIMARY KEY);
CREATE TABLE grid (x smallint CHECK (x BETWEEN 1 AND 5), y smallint CHECK (y IN (1, 2, 3)), PRIMARY KEY (x, y));

-- checks
CREATE TABLE checks_of_all_kinds (
    id serial PRIMARY KEY,
    code app.code NOT NULL,
    amount numeric(10, 2) NOT NULL CHECK (amount >= 0 AND amount < 1000),
    discount numeric(10, 2) NOT NULL,
    net numeric(10, 2) NOT NULL,
    small app.small_positive NOT NULL,
    low integer NOT NULL,
    high integer NOT NULL,
    kind text NOT NULL,
    card text,
    iban text,
    phone text CHECK (length(phone) >= 5),
    lower_name text NOT NULL CHECK (lower_name = lower(lower_name)),
    prefix text NOT NULL CHECK (prefix LIKE 'pre/%'),
    doc jsonb NOT NULL CHECK (jsonb_typeof(doc) = 'object'),
    odd integer CHECK (odd % 2 = 1),
    starts timestamptz NOT NULL,
    ends timestamptz,
    a integer, b integer, c integer,
    mood app."Mood" NOT NULL,
    moods app."Mood"[] NOT NULL,
    tags text[] NOT NULL DEFAULT '{}',
    born date CHECK (born > '1900-01-01' AND born < '2010-01-01'),
    ratio real CHECK (ratio BETWEEN 0 AND 1),
    total numeric(12, 2) GENERATED ALWAYS AS (amount - discount) STORED,
    CHECK (discount <= amount),
    CHECK (net = amount - discount),
    CHECK (low < high),
    CHECK (ends IS NULL OR ends > starts),
    CHECK ((kind = 'card' AND card IS NOT NULL AND iban IS NULL) OR (kind = 'iban' AND iban IS NOT NULL AND card IS NULL)),
    CHECK (num_nonnulls(a, b, c) = 1)
);

-- partitions
CREATE TABLE measurements (
    sensor integer NOT NULL,
    taken_at timestamptz NOT NULL,
    value double precision,
    PRIMARY KEY (sensor, taken_at)
) PARTITION BY RANGE (taken_at);
CREATE TABLE measurements_1 PARTITION OF measurements FOR VALUES FROM ('2025-03-01') TO ('2025-04-01');
CREATE TABLE measurements_2 PARTITION OF measurements FOR VALUES FROM ('2025-04-01') TO ('2025-05-01');
CREATE TABLE persons (region text NOT NULL, id bigint NOT NULL, PRIMARY KEY (region, id)) PARTITION BY LIST (region);
CREATE TABLE persons_eu PARTITION OF persons FOR VALUES IN ('eu');
CREATE TABLE persons_us PARTITION OF persons FOR VALUES IN ('us', 'ca');

-- overlaps
CREATE EXTENSION btree_gist;
CREATE TABLE rooms (id smallint PRIMARY KEY);
CREATE TABLE room_bookings (
    id bigint PRIMARY KEY,
    room_id smallint NOT NULL REFERENCES rooms (id),
    during tstzrange NOT NULL,
    EXCLUDE USING gist (room_id WITH =, during WITH &&)
);

-- names and types
CREATE TABLE "Order ""Items""" ("select" integer PRIMARY KEY, "from" text, "Größe" numeric, v1 integer, n integer);
CREATE TABLE every_type (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    c1 smallint, c2 real, c3 double precision, c4 money, c5 char(3), c6 varchar, c7 bytea, c8 time, c9 timetz,
    c10 timestamp(3), c11 interval, c12 inet, c13 cidr, c14 macaddr, c15 bit(4),  c17 tsvector, c18 point,
    c19 int4range, c20 numrange, c21 daterange, c22 json, c23 uuid, c24 uuid[], c25 integer[][], c26 numeric, c27 numeric(4, 4),
    c28 oid, c29 name, c30 varchar(1), c31 date[], c32 polygon, c33 boolean
);
CREATE TABLE no_columns_at_all ();
CREATE TABLE numbered_parts (id bigint PRIMARY KEY, note text) PARTITION BY RANGE (id);
CREATE TABLE numbered_parts_1 PARTITION OF numbered_parts FOR VALUES FROM (1000) TO (2000);
CREATE TABLE numbered_parts_2 PARTITION OF numbered_parts FOR VALUES FROM (2000) TO (4000);
CREATE TABLE listed_parts (tier smallint NOT NULL, id bigint NOT NULL, PRIMARY KEY (tier, id)) PARTITION BY LIST (tier);
CREATE TABLE listed_parts_1 PARTITION OF listed_parts FOR VALUES IN (1, 2);
CREATE TABLE listed_parts_2 PARTITION OF listed_parts FOR VALUES IN (7);
CREATE TABLE hashed_parts (id bigint PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE hashed_parts_0 PARTITION OF hashed_parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hashed_parts_1 PARTITION OF hashed_parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
