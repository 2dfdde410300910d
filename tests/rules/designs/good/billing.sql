-- SaaS billing: a careful design
CREATE EXTENSION IF NOT EXISTS citext;
CREATE TABLE organizations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL,
    billing_email citext NOT NULL,
    country_code char(2) NOT NULL CHECK (country_code ~ '^[A-Z]{2}$'),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE organizations IS 'A paying customer; the tenant of everything below.';
CREATE TABLE plans (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    price_cents bigint NOT NULL CHECK (price_cents >= 0),
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    billing_interval text NOT NULL CHECK (billing_interval IN ('month', 'year')),
    archived_at timestamptz
);
COMMENT ON TABLE plans IS 'What can be bought. Never changed once sold: a new price is a new plan.';
CREATE TABLE subscriptions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    plan_id bigint NOT NULL REFERENCES plans (id),
    status text NOT NULL CHECK (status IN ('trialing', 'active', 'past_due', 'canceled')),
    current_period_start timestamptz NOT NULL,
    current_period_end timestamptz NOT NULL,
    canceled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CHECK (current_period_end > current_period_start)
);
CREATE INDEX subscriptions_plan_idx ON subscriptions (plan_id);
CREATE UNIQUE INDEX subscriptions_one_active ON subscriptions (organization_id) WHERE status IN ('trialing', 'active', 'past_due');
COMMENT ON TABLE subscriptions IS 'Which organization has which plan from when to when.';
CREATE TABLE invoices (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    subscription_id uuid NOT NULL,
    number text NOT NULL,
    status text NOT NULL CHECK (status IN ('draft', 'open', 'paid', 'void')),
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    issued_at timestamptz,
    due_on date,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number),
    FOREIGN KEY (organization_id, subscription_id) REFERENCES subscriptions (organization_id, id)
);
CREATE INDEX invoices_subscription_idx ON invoices (organization_id, subscription_id);
COMMENT ON TABLE invoices IS 'Issued invoices are never changed; a credit note is an invoice with negative lines.';
CREATE TABLE invoice_lines (
    organization_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    line_no integer NOT NULL CHECK (line_no > 0),
    description text NOT NULL,
    quantity integer NOT NULL,
    unit_price_cents bigint NOT NULL,
    tax_rate_bps integer NOT NULL CHECK (tax_rate_bps BETWEEN 0 AND 10000),
    PRIMARY KEY (organization_id, invoice_id, line_no),
    FOREIGN KEY (organization_id, invoice_id) REFERENCES invoices (organization_id, id)
);
COMMENT ON TABLE invoice_lines IS 'What an invoice is for.';
CREATE TABLE payments (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    idempotency_key text NOT NULL,
    provider_ref text,
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    status text NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, idempotency_key),
    FOREIGN KEY (organization_id, invoice_id) REFERENCES invoices (organization_id, id)
);
CREATE INDEX payments_invoice_idx ON payments (organization_id, invoice_id);
COMMENT ON TABLE payments IS 'Attempts to pay an invoice; the key comes from the caller.';
ALTER TABLE subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE subscriptions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON subscriptions USING (organization_id = (SELECT nullif(current_setting('app.org', true), '')::uuid));
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON invoices USING (organization_id = (SELECT nullif(current_setting('app.org', true), '')::uuid));
ALTER TABLE invoice_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice_lines FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON invoice_lines USING (organization_id = (SELECT nullif(current_setting('app.org', true), '')::uuid));
ALTER TABLE payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON payments USING (organization_id = (SELECT nullif(current_setting('app.org', true), '')::uuid));
