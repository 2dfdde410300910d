-- One veterinary practice, as its own application made it: nothing in it knows of tenants.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TYPE visit_state AS ENUM ('planned', 'here', 'done', 'cancelled');

CREATE TABLE species (
    code text PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE staff (
    id serial PRIMARY KEY,
    email text NOT NULL UNIQUE,
    full_name text NOT NULL,
    role text NOT NULL DEFAULT 'vet' CHECK (role IN ('vet', 'nurse', 'desk')),
    active boolean NOT NULL DEFAULT true
);

CREATE TABLE rooms (
    id serial PRIMARY KEY,
    name text NOT NULL UNIQUE
);

CREATE TABLE owners (
    id serial PRIMARY KEY,
    email text NOT NULL,
    full_name text NOT NULL,
    phone text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT owners_email_key UNIQUE (email)
);

CREATE TABLE animals (
    id serial PRIMARY KEY,
    owner_id integer NOT NULL REFERENCES owners (id) ON DELETE CASCADE,
    species_code text NOT NULL REFERENCES species (code),
    mother_id integer REFERENCES animals (id) ON DELETE SET NULL,
    name text NOT NULL,
    chip text,
    born_on date
);
CREATE UNIQUE INDEX animals_chip_key ON animals (chip) WHERE chip IS NOT NULL;
CREATE INDEX animals_owner_idx ON animals (owner_id);

CREATE TABLE visits (
    id serial PRIMARY KEY,
    animal_id integer NOT NULL REFERENCES animals (id) ON DELETE CASCADE,
    vet_id integer REFERENCES staff (id) ON DELETE SET NULL,
    room_id integer REFERENCES rooms (id) ON DELETE SET NULL,
    state visit_state NOT NULL DEFAULT 'planned',
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    note text,
    CHECK (ends_at > starts_at)
);
CREATE UNIQUE INDEX visits_one_open_per_animal ON visits (animal_id) WHERE state = 'here';
CREATE INDEX visits_starts_idx ON visits (starts_at);

CREATE TABLE invoices (
    id serial PRIMARY KEY,
    number text NOT NULL UNIQUE,
    owner_id integer NOT NULL REFERENCES owners (id),
    visit_id integer REFERENCES visits (id) ON DELETE SET NULL,
    issued_on date NOT NULL DEFAULT current_date,
    total numeric(10,2) NOT NULL DEFAULT 0
);

CREATE TABLE invoice_lines (
    invoice_id integer NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    line_no integer NOT NULL,
    what text NOT NULL,
    amount numeric(10,2) NOT NULL,
    PRIMARY KEY (invoice_id, line_no)
);

CREATE TABLE medicines (
    id serial PRIMARY KEY,
    name text NOT NULL,
    stock integer NOT NULL DEFAULT 0 CHECK (stock >= 0)
);
CREATE UNIQUE INDEX medicines_name_key ON medicines (lower(name));

CREATE TABLE prescriptions (
    visit_id integer NOT NULL REFERENCES visits (id) ON DELETE CASCADE,
    medicine_id integer NOT NULL REFERENCES medicines (id) ON DELETE RESTRICT,
    dose text NOT NULL,
    PRIMARY KEY (visit_id, medicine_id)
);

CREATE TABLE reminders (
    id serial PRIMARY KEY,
    animal_id integer REFERENCES animals (id) ON DELETE CASCADE,
    due_on date NOT NULL,
    sent_by integer DEFAULT 1 REFERENCES staff (id) ON DELETE SET DEFAULT,
    text text NOT NULL
);

CREATE TABLE measurements (
    animal_id integer NOT NULL REFERENCES animals (id),
    at timestamptz NOT NULL,
    kind text NOT NULL,
    value numeric(8,3) NOT NULL,
    PRIMARY KEY (animal_id, at, kind)
) PARTITION BY RANGE (at);
CREATE TABLE measurements_2025 PARTITION OF measurements FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE measurements_2026 PARTITION OF measurements FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE measurements_rest PARTITION OF measurements DEFAULT;

CREATE VIEW open_visits AS
    SELECT v.id, v.starts_at, a.name AS animal, o.full_name AS owner
    FROM visits v JOIN animals a ON a.id = v.animal_id JOIN owners o ON o.id = a.owner_id
    WHERE v.state IN ('planned', 'here');

CREATE MATERIALIZED VIEW revenue_by_month AS
    SELECT date_trunc('month', issued_on)::date AS month, sum(total) AS total FROM invoices GROUP BY 1;
CREATE UNIQUE INDEX revenue_by_month_key ON revenue_by_month (month);

CREATE FUNCTION set_invoice_total() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoices SET total = (SELECT coalesce(sum(amount), 0) FROM invoice_lines WHERE invoice_id = coalesce(NEW.invoice_id, OLD.invoice_id))
    WHERE id = coalesce(NEW.invoice_id, OLD.invoice_id);
    RETURN NULL;
END $$;
CREATE TRIGGER invoice_lines_total AFTER INSERT OR UPDATE OR DELETE ON invoice_lines
    FOR EACH ROW EXECUTE FUNCTION set_invoice_total();
