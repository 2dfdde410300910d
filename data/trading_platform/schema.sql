-- trading_platform: order routing, execution, ledger and reporting for brokers in three regions.
-- PostgreSQL 18. Loads into an empty database; roles are cluster-wide and therefore created only when absent.
--
-- House rules of this schema
--   * Money and prices are NUMERIC through domains, never floating point.
--   * Every instant is timestamptz (UTC inside); nanoseconds, where a venue clock has them, sit beside it as bigint.
--   * What happened is append-only; what is (positions, balances, order state) is a row that moves.
--   * A big table is partitioned by the date on which it will one day be dropped.
--   * Static reference codes (currency, MIC on hot tables) are checked by a domain; a foreign key to sixty rows that nobody
--     ever deletes would buy nothing and cost an index on every write.

CREATE EXTENSION IF NOT EXISTS btree_gist;   -- scalar = inside exclusion constraints

DO $$
DECLARE
    r text;
BEGIN
    FOREACH r IN ARRAY ARRAY['trading_app', 'risk_app', 'ledger_app', 'reporting_app', 'surveillance', 'auditor'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', r);
        END IF;
    END LOOP;
END
$$;

CREATE SCHEMA ref;      -- what the market agrees on
CREATE SCHEMA party;    -- who trades
CREATE SCHEMA trade;    -- orders and what became of them
CREATE SCHEMA ledger;   -- money
CREATE SCHEMA market;   -- prices
CREATE SCHEMA risk;     -- limits
CREATE SCHEMA reg;      -- what regulators receive
CREATE SCHEMA audit;    -- tamper-evident trail
CREATE SCHEMA ops;      -- plumbing

-- ------------------------------------------------------------------ types

CREATE TYPE ref.region_code     AS ENUM ('eu-west', 'us-east', 'ap-south');
CREATE TYPE ref.instrument_kind AS ENUM ('equity', 'bond', 'etf', 'future', 'option', 'fx_forward');
CREATE TYPE ref.session_kind    AS ENUM ('full_day', 'half_day', 'closed');
CREATE TYPE ref.action_kind     AS ENUM ('cash_dividend', 'split', 'merger', 'rights', 'name_change');
CREATE TYPE party.client_kind   AS ENUM ('legal_entity', 'natural_person');
CREATE TYPE party.account_state AS ENUM ('open', 'frozen', 'closed');
CREATE TYPE trade.side          AS ENUM ('buy', 'sell');
CREATE TYPE trade.order_type    AS ENUM ('market', 'limit', 'stop', 'stop_limit', 'pegged');
CREATE TYPE trade.time_in_force AS ENUM ('day', 'gtc', 'gtd', 'ioc', 'fok');
CREATE TYPE trade.order_state   AS ENUM ('pending', 'open', 'partially_filled', 'filled', 'cancelled', 'rejected', 'expired');
-- The event vocabulary of RTS 24 field 21, so that the record is written once and reported as it stands.
CREATE TYPE trade.event_type    AS ENUM ('NEWO', 'TRIG', 'REME', 'REMA', 'REMH', 'CHME', 'CHMO', 'CAME', 'CAMO', 'REMO', 'EXPI', 'PARF', 'FILL');
CREATE TYPE trade.liquidity     AS ENUM ('added', 'removed', 'auction');
CREATE TYPE trade.settle_state  AS ENUM ('instructed', 'matched', 'settled', 'failed');
CREATE TYPE ledger.normal_side  AS ENUM ('debit', 'credit');
CREATE TYPE ledger.entry_kind   AS ENUM ('trade', 'fee', 'deposit', 'withdrawal', 'dividend', 'reversal');
CREATE TYPE risk.limit_metric   AS ENUM ('gross_notional', 'net_position', 'order_size', 'order_rate', 'daily_loss');
CREATE TYPE reg.report_status   AS ENUM ('NEWT', 'CANC');
CREATE TYPE reg.capacity        AS ENUM ('DEAL', 'MTCH', 'AOTC');
CREATE TYPE reg.price_notation  AS ENUM ('MONE', 'PERC', 'YIEL', 'BAPO');
CREATE TYPE reg.qty_notation    AS ENUM ('UNIT', 'NOML', 'MONE');
CREATE TYPE reg.validity        AS ENUM ('DAVY', 'GTCV', 'GTTV', 'GTDV', 'GTSV', 'GATV', 'GADV', 'GASV', 'IOCV', 'FOKV');

CREATE DOMAIN ref.currency_code AS char(3)  CHECK (VALUE ~ '^[A-Z]{3}$');
CREATE DOMAIN ref.country_code  AS char(2)  CHECK (VALUE ~ '^[A-Z]{2}$');
CREATE DOMAIN ref.mic           AS char(4)  CHECK (VALUE ~ '^[A-Z0-9]{4}$');
CREATE DOMAIN ref.isin          AS char(12) CHECK (VALUE ~ '^[A-Z]{2}[A-Z0-9]{9}[0-9]$');
CREATE DOMAIN ref.lei           AS char(20) CHECK (VALUE ~ '^[A-Z0-9]{18}[0-9]{2}$');
CREATE DOMAIN ref.cfi           AS char(6)  CHECK (VALUE ~ '^[A-Z]{6}$');
-- "DECIMAL-18/13" of the technical standards means up to 18 digits of which up to 13 are fraction digits. A column that is
-- to hold every such value needs 18 digits on either side of the point's possible places: 31,13 - not 18,13.
CREATE DOMAIN ref.price    AS numeric(31, 13);
CREATE DOMAIN ref.quantity AS numeric(27, 9) CHECK (VALUE >= 0);
CREATE DOMAIN ref.money    AS numeric(23, 5);

-- ------------------------------------------------------------------ ref

CREATE TABLE ref.currency (
    code        ref.currency_code PRIMARY KEY,
    name        text NOT NULL,
    minor_units smallint NOT NULL CHECK (minor_units BETWEEN 0 AND 4)
);
COMMENT ON TABLE ref.currency IS 'ISO 4217 codes in use; loaded from the reference feed, never deleted.';
COMMENT ON COLUMN ref.currency.minor_units IS 'Digits after the point; the ledger keeps amounts as integers of this scale.';

CREATE TABLE ref.region (
    code           ref.region_code PRIMARY KEY,
    name           text NOT NULL UNIQUE,
    jurisdiction   text NOT NULL,
    data_must_stay boolean NOT NULL DEFAULT true
);
COMMENT ON TABLE ref.region IS 'Operating regions. data_must_stay drives where the personal-data partition is placed.';

CREATE TABLE ref.venue (
    mic               ref.mic PRIMARY KEY,
    operating_mic     ref.mic REFERENCES ref.venue (mic),
    name              text NOT NULL,
    region            ref.region_code NOT NULL REFERENCES ref.region (code),
    country           ref.country_code NOT NULL,
    time_zone         text NOT NULL,
    max_divergence_ns bigint NOT NULL DEFAULT 100 CHECK (max_divergence_ns > 0),
    is_active         boolean NOT NULL DEFAULT true
);
CREATE INDEX venue_operating_mic_idx ON ref.venue (operating_mic) WHERE operating_mic IS NOT NULL;
CREATE INDEX venue_region_idx ON ref.venue (region);
COMMENT ON TABLE ref.venue IS 'Trading venues by market identifier code; a segment points at its operating MIC.';
COMMENT ON COLUMN ref.venue.max_divergence_ns IS 'Largest clock divergence from UTC that the venue class allows, in nanoseconds: 100 for the fastest since March 2026 (EU 2025/1155, Annex IV).';

CREATE TABLE ref.instrument (
    instrument_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    isin             ref.isin NOT NULL,
    name             text NOT NULL,
    cfi              ref.cfi NOT NULL,
    kind             ref.instrument_kind NOT NULL,
    currency         ref.currency_code NOT NULL,
    price_multiplier numeric(18, 6) NOT NULL DEFAULT 1 CHECK (price_multiplier > 0),
    lot_size         numeric(18, 6) NOT NULL DEFAULT 1 CHECK (lot_size > 0),
    underlying_id    bigint REFERENCES ref.instrument (instrument_id),
    expires_on       date,
    is_tradable      boolean NOT NULL DEFAULT true,
    created_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT instrument_isin_currency_key UNIQUE (isin, currency)
);
CREATE INDEX instrument_underlying_idx ON ref.instrument (underlying_id) WHERE underlying_id IS NOT NULL;
CREATE INDEX instrument_name_search_idx ON ref.instrument (lower(name) text_pattern_ops);   -- prefix search in the order ticket
COMMENT ON TABLE ref.instrument IS 'One row per ISIN and trading currency.';

CREATE TABLE ref.instrument_listing (
    instrument_id bigint NOT NULL REFERENCES ref.instrument (instrument_id),
    mic           ref.mic NOT NULL REFERENCES ref.venue (mic),
    symbol        varchar(24) NOT NULL,
    tick_size     ref.price NOT NULL CHECK (tick_size > 0),
    listed_on     date NOT NULL,
    delisted_on   date,
    PRIMARY KEY (instrument_id, mic)
);
-- A ticker is reused after a delisting, so it is unique only among the living.
CREATE UNIQUE INDEX instrument_listing_live_symbol_key ON ref.instrument_listing (mic, symbol) WHERE delisted_on IS NULL;
CREATE INDEX instrument_listing_mic_idx ON ref.instrument_listing (mic, instrument_id);
COMMENT ON TABLE ref.instrument_listing IS 'Where an instrument can be traded, under which symbol and tick.';

CREATE TABLE ref.trading_session (
    mic          ref.mic NOT NULL REFERENCES ref.venue (mic),
    session_date date NOT NULL,
    kind         ref.session_kind NOT NULL DEFAULT 'full_day',
    opens_at     timestamptz,
    closes_at    timestamptz,
    PRIMARY KEY (mic, session_date),
    CONSTRAINT trading_session_order CHECK (closes_at IS NULL OR opens_at IS NULL OR closes_at > opens_at)
);
COMMENT ON TABLE ref.trading_session IS 'Trading calendar: one row per venue and day, holidays included.';

CREATE TABLE ref.corporate_action (
    action_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    instrument_id bigint NOT NULL REFERENCES ref.instrument (instrument_id),
    kind          ref.action_kind NOT NULL,
    announced_at  timestamptz NOT NULL,
    ex_date       date NOT NULL,
    pay_date      date,
    ratio         numeric(18, 9) CHECK (ratio > 0),
    cash_amount   ref.money,
    currency      ref.currency_code,
    superseded_by bigint REFERENCES ref.corporate_action (action_id)
);
CREATE INDEX corporate_action_instrument_idx ON ref.corporate_action (instrument_id, ex_date DESC);
CREATE INDEX corporate_action_superseded_idx ON ref.corporate_action (superseded_by) WHERE superseded_by IS NOT NULL;
COMMENT ON TABLE ref.corporate_action IS 'Corporate calendar. A correction is a new row; the old one points at it.';

CREATE TABLE ref.fx_rate (
    base_currency  ref.currency_code NOT NULL,
    quote_currency ref.currency_code NOT NULL,
    as_of          timestamptz NOT NULL,
    rate           numeric(24, 12) NOT NULL CHECK (rate > 0),
    PRIMARY KEY (base_currency, quote_currency, as_of)
);
COMMENT ON TABLE ref.fx_rate IS 'Reference rates used to express limits and ledger totals in one currency.';

CREATE TABLE ref.fee_schedule (
    fee_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mic       ref.mic NOT NULL REFERENCES ref.venue (mic),
    kind      ref.instrument_kind NOT NULL,
    basis_pts numeric(9, 4) NOT NULL CHECK (basis_pts >= 0),
    valid     daterange NOT NULL,
    CONSTRAINT fee_schedule_no_overlap EXCLUDE USING gist (mic WITH =, kind WITH =, valid WITH &&)
);
CREATE INDEX fee_schedule_mic_idx ON ref.fee_schedule (mic);
COMMENT ON TABLE ref.fee_schedule IS 'Venue fees over time; the exclusion constraint forbids two tariffs for one day.';

-- ------------------------------------------------------------------ party

CREATE TABLE party.firm (
    firm_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lei           ref.lei NOT NULL UNIQUE,
    name          text NOT NULL,
    home_region   ref.region_code NOT NULL REFERENCES ref.region (code),
    is_mifid_firm boolean NOT NULL DEFAULT true,
    onboarded_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX firm_region_idx ON party.firm (home_region);
COMMENT ON TABLE party.firm IS 'Brokers and asset managers who trade through the platform: the tenant of every trading row.';

-- Personal data lives in one partition per region, so that a partition can be placed, backed up and erased by itself.
CREATE TABLE party.natural_person (
    region      ref.region_code NOT NULL,
    person_id   uuid NOT NULL DEFAULT gen_random_uuid(),
    given_name  text NOT NULL,
    family_name text NOT NULL,
    born_on     date NOT NULL,
    national_id text NOT NULL,
    country     ref.country_code NOT NULL,
    hold_until  date,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (region, person_id)
) PARTITION BY LIST (region);
CREATE TABLE party.natural_person_eu PARTITION OF party.natural_person FOR VALUES IN ('eu-west');
CREATE TABLE party.natural_person_us PARTITION OF party.natural_person FOR VALUES IN ('us-east');
CREATE TABLE party.natural_person_ap PARTITION OF party.natural_person FOR VALUES IN ('ap-south');
COMMENT ON TABLE party.natural_person IS 'Names and birth dates required by transaction reports; the only place that holds them.';
COMMENT ON COLUMN party.natural_person.hold_until IS 'Legal hold: erasure requests are refused before this date (five years after the last trade).';

CREATE TABLE party.client (
    client_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    firm_id       bigint NOT NULL REFERENCES party.firm (firm_id),
    kind          party.client_kind NOT NULL,
    lei           ref.lei,
    person_region ref.region_code,
    person_id     uuid,
    risk_class    smallint NOT NULL DEFAULT 3 CHECK (risk_class BETWEEN 1 AND 5),
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT client_firm_client_key UNIQUE (firm_id, client_id),
    CONSTRAINT client_person_fkey FOREIGN KEY (person_region, person_id) REFERENCES party.natural_person (region, person_id)
);
CREATE INDEX client_person_idx ON party.client (person_region, person_id) WHERE person_id IS NOT NULL;
COMMENT ON TABLE party.client IS 'End client of a firm: a legal entity (LEI) or a person (pointer into the region that holds the data).';

CREATE TABLE party.account (
    account_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    firm_id       bigint NOT NULL REFERENCES party.firm (firm_id),
    client_id     bigint NOT NULL,
    region        ref.region_code NOT NULL,
    base_currency ref.currency_code NOT NULL,
    state         party.account_state NOT NULL DEFAULT 'open',
    opened_at     timestamptz NOT NULL DEFAULT now(),
    closed_at     timestamptz,
    CONSTRAINT account_firm_account_key UNIQUE (firm_id, account_id),
    -- both halves: an account can never hang on another firm's client
    CONSTRAINT account_client_fkey FOREIGN KEY (firm_id, client_id) REFERENCES party.client (firm_id, client_id)
);
CREATE INDEX account_client_idx ON party.account (firm_id, client_id);
COMMENT ON TABLE party.account IS 'Trading account of a client at a firm.';

CREATE TABLE party.trader (
    trader_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    firm_id      bigint NOT NULL REFERENCES party.firm (firm_id),
    desk_code    varchar(20) NOT NULL,
    is_algorithm boolean NOT NULL DEFAULT false,
    is_active    boolean NOT NULL DEFAULT true,
    created_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT trader_firm_trader_key UNIQUE (firm_id, trader_id),
    CONSTRAINT trader_firm_desk_key UNIQUE (firm_id, desk_code)
);
COMMENT ON TABLE party.trader IS 'Person or algorithm within a firm that decides on or executes orders (RTS 22 fields 57 and 59).';

CREATE TABLE party.account_trader (
    firm_id    bigint NOT NULL,
    account_id bigint NOT NULL,
    trader_id  bigint NOT NULL,
    granted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (firm_id, account_id, trader_id),
    FOREIGN KEY (firm_id, account_id) REFERENCES party.account (firm_id, account_id) ON DELETE CASCADE,
    FOREIGN KEY (firm_id, trader_id) REFERENCES party.trader (firm_id, trader_id) ON DELETE CASCADE
);
CREATE INDEX account_trader_trader_idx ON party.account_trader (firm_id, trader_id);
COMMENT ON TABLE party.account_trader IS 'Which trader may use which account; firm_id in both keys keeps the pair inside one firm.';

CREATE TABLE party.gateway_session (
    session_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    firm_id        bigint NOT NULL REFERENCES party.firm (firm_id),
    sender_comp_id varchar(32) NOT NULL UNIQUE,
    region         ref.region_code NOT NULL,
    is_enabled     boolean NOT NULL DEFAULT true
);
CREATE INDEX gateway_session_firm_idx ON party.gateway_session (firm_id);
COMMENT ON TABLE party.gateway_session IS 'FIX sessions; a client order id is unique only within one session and day.';

-- ------------------------------------------------------------------ trade

CREATE TABLE trade.orders (
    order_id      bigint GENERATED BY DEFAULT AS IDENTITY,
    trade_date    date NOT NULL,
    region        ref.region_code NOT NULL,
    firm_id       bigint NOT NULL,
    account_id    bigint NOT NULL,
    trader_id     bigint NOT NULL,
    session_id    bigint NOT NULL REFERENCES party.gateway_session (session_id),
    cl_ord_id     varchar(64) NOT NULL,
    instrument_id bigint NOT NULL REFERENCES ref.instrument (instrument_id),
    mic           ref.mic NOT NULL,
    side          trade.side NOT NULL,
    order_type    trade.order_type NOT NULL,
    time_in_force trade.time_in_force NOT NULL DEFAULT 'day',
    status        trade.order_state NOT NULL DEFAULT 'pending',
    quantity      ref.quantity NOT NULL CHECK (quantity > 0),
    cum_qty       ref.quantity NOT NULL DEFAULT 0,
    leaves_qty    numeric(27, 9) GENERATED ALWAYS AS (quantity - cum_qty) STORED,
    limit_price   ref.price,
    stop_price    ref.price,
    received_at   timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL DEFAULT now(),
    version       integer NOT NULL DEFAULT 1,
    PRIMARY KEY (order_id, trade_date),
    CONSTRAINT orders_session_cl_ord_id_key UNIQUE (session_id, trade_date, cl_ord_id),
    CONSTRAINT orders_filled_at_most CHECK (cum_qty <= quantity),
    CONSTRAINT orders_limit_has_price CHECK (order_type <> 'limit' OR limit_price IS NOT NULL),
    CONSTRAINT orders_account_fkey FOREIGN KEY (firm_id, account_id) REFERENCES party.account (firm_id, account_id),
    CONSTRAINT orders_trader_fkey FOREIGN KEY (firm_id, trader_id) REFERENCES party.trader (firm_id, trader_id)
) PARTITION BY RANGE (trade_date);
-- Order state moves several times in the first seconds: room in the page keeps those updates heap-only.
CREATE TABLE trade.orders_2026_09 PARTITION OF trade.orders FOR VALUES FROM ('2026-09-01') TO ('2026-10-01') WITH (fillfactor = 80);
CREATE TABLE trade.orders_2026_10 PARTITION OF trade.orders FOR VALUES FROM ('2026-10-01') TO ('2026-11-01') WITH (fillfactor = 80);
CREATE TABLE trade.orders_2026_11 PARTITION OF trade.orders FOR VALUES FROM ('2026-11-01') TO ('2026-12-01') WITH (fillfactor = 80);
CREATE TABLE trade.orders_2026_12 PARTITION OF trade.orders FOR VALUES FROM ('2026-12-01') TO ('2027-01-01') WITH (fillfactor = 80);
CREATE TABLE trade.orders_other PARTITION OF trade.orders DEFAULT;   -- must stay empty; the on-call is paged when it is not
CREATE INDEX orders_account_idx ON trade.orders (account_id, received_at DESC);
-- Desks page through a whole firm, and row security adds firm_id to every query: worth a second index on account_id.
CREATE INDEX orders_firm_account_idx ON trade.orders (firm_id, account_id, received_at DESC);
CREATE INDEX orders_firm_trader_idx ON trade.orders (firm_id, trader_id);
-- The book of working orders is a thousandth of the table; the matching screens read nothing else.
CREATE INDEX orders_working_idx ON trade.orders (instrument_id, mic, side, limit_price)
    WHERE status IN ('pending', 'open', 'partially_filled');
CREATE INDEX orders_instrument_idx ON trade.orders (instrument_id, received_at DESC) INCLUDE (side, quantity, cum_qty, status);
COMMENT ON TABLE trade.orders IS 'Current state of every order; how it came about is in trade.order_event.';
COMMENT ON COLUMN trade.orders.trade_date IS 'Partition key: the session on which the order was received. Part of every key that points here.';
COMMENT ON COLUMN trade.orders.cl_ord_id IS 'The client''s own id (FIX tag 11), unique within session and day.';
COMMENT ON COLUMN trade.orders.leaves_qty IS 'Open quantity; generated, so that quantity = cum_qty + leaves_qty cannot be broken.';

CREATE TABLE trade.order_event (
    mic              ref.mic NOT NULL,
    event_date       date NOT NULL,
    event_type       trade.event_type NOT NULL,
    seq              bigint NOT NULL,
    order_id         bigint NOT NULL,
    order_trade_date date NOT NULL,
    region           ref.region_code NOT NULL,
    occurred_at      timestamptz NOT NULL,
    occurred_ns      bigint,
    price            ref.price,
    quantity         ref.quantity,
    remaining_qty    ref.quantity,
    detail           jsonb NOT NULL DEFAULT '{}',
    recorded_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (mic, event_date, event_type, seq),
    -- Deferred: the gateway writes the event first and the order row later in the same transaction.
    CONSTRAINT order_event_order_fkey FOREIGN KEY (order_id, order_trade_date)
        REFERENCES trade.orders (order_id, trade_date) DEFERRABLE INITIALLY DEFERRED
) PARTITION BY RANGE (event_date);
CREATE TABLE trade.order_event_2026_09 PARTITION OF trade.order_event FOR VALUES FROM ('2026-09-01') TO ('2026-10-01');
CREATE TABLE trade.order_event_2026_10 PARTITION OF trade.order_event FOR VALUES FROM ('2026-10-01') TO ('2026-11-01');
CREATE TABLE trade.order_event_2026_11 PARTITION OF trade.order_event FOR VALUES FROM ('2026-11-01') TO ('2026-12-01');
CREATE TABLE trade.order_event_2026_12 PARTITION OF trade.order_event FOR VALUES FROM ('2026-12-01') TO ('2027-01-01');
CREATE TABLE trade.order_event_other PARTITION OF trade.order_event DEFAULT;
CREATE INDEX order_event_order_idx ON trade.order_event (order_id, order_trade_date, occurred_at);
-- Written in time order and read by time slices: a block-range index costs next to nothing.
CREATE INDEX order_event_occurred_brin ON trade.order_event USING brin (occurred_at);
COMMENT ON TABLE trade.order_event IS 'Append-only record of everything that happened to an order; five years under MiFIR Art. 25.';
COMMENT ON COLUMN trade.order_event.seq IS 'Ascending per venue, day and event type, as RTS 24 field 15 asks.';
COMMENT ON COLUMN trade.order_event.occurred_ns IS 'Venue clock, nanoseconds since 1970, where the venue gives them; timestamptz stops at microseconds.';

CREATE TABLE trade.execution (
    execution_id     bigint GENERATED BY DEFAULT AS IDENTITY,
    trade_date       date NOT NULL,
    order_id         bigint NOT NULL,
    order_trade_date date NOT NULL,
    region           ref.region_code NOT NULL,
    account_id       bigint NOT NULL REFERENCES party.account (account_id),
    instrument_id    bigint NOT NULL REFERENCES ref.instrument (instrument_id),
    mic              ref.mic NOT NULL,
    venue_txn_id     varchar(52) NOT NULL,
    side             trade.side NOT NULL,
    price            ref.price NOT NULL,
    quantity         ref.quantity NOT NULL CHECK (quantity > 0),
    gross_amount     ref.money NOT NULL,
    liquidity        trade.liquidity NOT NULL,
    executed_at      timestamptz NOT NULL,
    corrected_at     timestamptz,
    correction_note  text,
    PRIMARY KEY (execution_id, trade_date),
    CONSTRAINT execution_venue_txn_key UNIQUE (mic, trade_date, venue_txn_id, side),
    CONSTRAINT execution_order_fkey FOREIGN KEY (order_id, order_trade_date) REFERENCES trade.orders (order_id, trade_date)
) PARTITION BY RANGE (trade_date);
CREATE TABLE trade.execution_2026_09 PARTITION OF trade.execution FOR VALUES FROM ('2026-09-01') TO ('2026-10-01');
CREATE TABLE trade.execution_2026_10 PARTITION OF trade.execution FOR VALUES FROM ('2026-10-01') TO ('2026-11-01');
CREATE TABLE trade.execution_2026_11 PARTITION OF trade.execution FOR VALUES FROM ('2026-11-01') TO ('2026-12-01');
CREATE TABLE trade.execution_2026_12 PARTITION OF trade.execution FOR VALUES FROM ('2026-12-01') TO ('2027-01-01');
CREATE TABLE trade.execution_other PARTITION OF trade.execution DEFAULT;
CREATE INDEX execution_order_idx ON trade.execution (order_id, order_trade_date);
CREATE INDEX execution_account_idx ON trade.execution (account_id, executed_at DESC) INCLUDE (instrument_id, side, quantity, price);
CREATE INDEX execution_instrument_idx ON trade.execution (instrument_id, executed_at DESC);
COMMENT ON TABLE trade.execution IS 'Fills reported by venues. Busted or repriced trades are corrected with corrected_at and correction_note.';
COMMENT ON COLUMN trade.execution.venue_txn_id IS 'Transaction id of the venue, unique per MIC and day; at most 52 characters.';

CREATE TABLE trade.allocation (
    allocation_id  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    execution_id   bigint NOT NULL,
    execution_date date NOT NULL,
    account_id     bigint NOT NULL REFERENCES party.account (account_id),
    quantity       ref.quantity NOT NULL CHECK (quantity > 0),
    allocated_at   timestamptz NOT NULL DEFAULT now(),
    allocated_by   bigint NOT NULL REFERENCES party.trader (trader_id),
    CONSTRAINT allocation_execution_fkey FOREIGN KEY (execution_id, execution_date) REFERENCES trade.execution (execution_id, trade_date)
);
CREATE INDEX allocation_account_idx ON trade.allocation (account_id, allocated_at DESC);
CREATE INDEX allocation_trader_idx ON trade.allocation (allocated_by);
COMMENT ON TABLE trade.allocation IS 'How a block fill is split over client accounts.';

CREATE TABLE trade.position (
    account_id    bigint NOT NULL REFERENCES party.account (account_id),
    instrument_id bigint NOT NULL REFERENCES ref.instrument (instrument_id),
    quantity      numeric(27, 9) NOT NULL DEFAULT 0,      -- signed: short positions are negative
    cost          ref.money NOT NULL DEFAULT 0,
    realised_pnl  ref.money NOT NULL DEFAULT 0,
    updated_at    timestamptz NOT NULL DEFAULT now(),
    version       bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (account_id, instrument_id)
) WITH (fillfactor = 70);
CREATE INDEX position_instrument_idx ON trade.position (instrument_id) INCLUDE (quantity);   -- exposure per instrument, index-only
COMMENT ON TABLE trade.position IS 'Live positions; can be rebuilt from trade.execution at any time and is compared with it every night.';

CREATE TABLE trade.position_snapshot (
    as_of         date NOT NULL,
    account_id    bigint NOT NULL REFERENCES party.account (account_id),
    instrument_id bigint NOT NULL REFERENCES ref.instrument (instrument_id),
    quantity      numeric(27, 9) NOT NULL,
    mark_price    ref.price NOT NULL,
    market_value  ref.money NOT NULL,
    PRIMARY KEY (as_of, account_id, instrument_id)
) PARTITION BY RANGE (as_of);
CREATE TABLE trade.position_snapshot_2026_q3 PARTITION OF trade.position_snapshot FOR VALUES FROM ('2026-07-01') TO ('2026-10-01');
CREATE TABLE trade.position_snapshot_2026_q4 PARTITION OF trade.position_snapshot FOR VALUES FROM ('2026-10-01') TO ('2027-01-01');
CREATE TABLE trade.position_snapshot_other PARTITION OF trade.position_snapshot DEFAULT;
CREATE INDEX position_snapshot_account_idx ON trade.position_snapshot (account_id, as_of DESC);
CREATE INDEX position_snapshot_instrument_idx ON trade.position_snapshot (instrument_id, as_of DESC);
COMMENT ON TABLE trade.position_snapshot IS 'End-of-day positions at the day''s mark; the books and records copy.';

CREATE TABLE trade.settlement_instruction (
    instruction_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    execution_id   bigint NOT NULL,
    execution_date date NOT NULL,
    depository     varchar(11) NOT NULL,
    settle_on      date NOT NULL,
    currency       ref.currency_code NOT NULL,
    net_amount     double precision NOT NULL,
    state          trade.settle_state NOT NULL DEFAULT 'instructed',
    created_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT settlement_execution_fkey FOREIGN KEY (execution_id, execution_date) REFERENCES trade.execution (execution_id, trade_date)
);
CREATE INDEX settlement_execution_idx ON trade.settlement_instruction (execution_id, execution_date);
CREATE INDEX settlement_due_idx ON trade.settlement_instruction (settle_on, depository) WHERE state IN ('instructed', 'matched');
COMMENT ON TABLE trade.settlement_instruction IS 'What was sent to the depository for a fill.';
COMMENT ON COLUMN trade.settlement_instruction.net_amount IS 'Gross amount plus fees and accrued interest, in the settlement currency.';

-- ------------------------------------------------------------------ ledger

CREATE TABLE ledger.account (
    ledger_account_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    firm_id           bigint NOT NULL REFERENCES party.firm (firm_id),
    account_id        bigint REFERENCES party.account (account_id),
    code              varchar(32) NOT NULL,
    currency          ref.currency_code NOT NULL REFERENCES ref.currency (code),
    normal_side       ledger.normal_side NOT NULL,
    must_not_overdraw boolean NOT NULL DEFAULT true,
    opened_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ledger_account_code_key UNIQUE (firm_id, code, currency),
    CONSTRAINT ledger_account_currency_key UNIQUE (ledger_account_id, currency)
);
CREATE INDEX ledger_account_owner_idx ON ledger.account (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX ledger_account_currency_idx ON ledger.account (currency);
COMMENT ON TABLE ledger.account IS 'Chart of accounts per firm and currency; account_id is empty for house accounts.';

CREATE TABLE ledger.journal_entry (
    entry_id          uuid PRIMARY KEY,
    kind              ledger.entry_kind NOT NULL,
    booked_on         date NOT NULL,
    effective_at      timestamptz NOT NULL,
    reverses_entry_id uuid,
    narrative         text NOT NULL DEFAULT '',
    recorded_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT journal_entry_reverses_fkey FOREIGN KEY (reverses_entry_id) REFERENCES ledger.journal_entry (entry_id)
        DEFERRABLE INITIALLY DEFERRED
);
-- Unique: an entry can be reversed only once.
CREATE UNIQUE INDEX journal_entry_reverses_key ON ledger.journal_entry (reverses_entry_id);
CREATE INDEX journal_entry_booked_idx ON ledger.journal_entry (booked_on, kind);
COMMENT ON TABLE ledger.journal_entry IS 'Immutable heading of a booking. Mistakes are corrected by a reversing entry, never by an update.';
COMMENT ON COLUMN ledger.journal_entry.entry_id IS 'Chosen by the caller before sending: the idempotency key of the booking.';
COMMENT ON COLUMN ledger.journal_entry.effective_at IS 'When it happened in the world; recorded_at is when the ledger learned of it.';

CREATE TABLE ledger.posting (
    entry_id          uuid NOT NULL REFERENCES ledger.journal_entry (entry_id),
    line_no           smallint NOT NULL CHECK (line_no > 0),
    currency          ref.currency_code NOT NULL,
    debit_account_id  bigint NOT NULL,
    credit_account_id bigint NOT NULL,
    amount_minor      bigint NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (entry_id, line_no),
    CONSTRAINT posting_two_sides CHECK (debit_account_id <> credit_account_id),
    CONSTRAINT posting_debit_fkey FOREIGN KEY (debit_account_id, currency) REFERENCES ledger.account (ledger_account_id, currency),
    CONSTRAINT posting_credit_fkey FOREIGN KEY (credit_account_id, currency) REFERENCES ledger.account (ledger_account_id, currency)
);
CREATE INDEX posting_debit_idx ON ledger.posting (debit_account_id, currency) INCLUDE (amount_minor);
CREATE INDEX posting_credit_idx ON ledger.posting (credit_account_id, currency) INCLUDE (amount_minor);
COMMENT ON TABLE ledger.posting IS 'Double entry in one row: every line names its debit and its credit, so no entry can be out of balance.';
COMMENT ON COLUMN ledger.posting.currency IS 'In both foreign keys: money never crosses currencies within a line.';
COMMENT ON COLUMN ledger.posting.amount_minor IS 'Integer minor units of the currency.';

CREATE TABLE ledger.balance (
    ledger_account_id bigint PRIMARY KEY REFERENCES ledger.account (ledger_account_id),
    debit_minor       bigint NOT NULL DEFAULT 0 CHECK (debit_minor >= 0),
    credit_minor      bigint NOT NULL DEFAULT 0 CHECK (credit_minor >= 0),
    net_minor         bigint GENERATED ALWAYS AS (debit_minor - credit_minor) STORED,
    updated_at        timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);
COMMENT ON TABLE ledger.balance IS 'Running totals per ledger account, kept in the booking transaction.';

-- ------------------------------------------------------------------ market

CREATE TABLE market.tick (
    instrument_id bigint NOT NULL,
    mic           ref.mic NOT NULL,
    tick_at       timestamptz NOT NULL,
    seq           bigint NOT NULL,
    bid           ref.price,
    ask           ref.price,
    last          ref.price,
    last_qty      ref.quantity,
    PRIMARY KEY (instrument_id, mic, tick_at, seq)
) PARTITION BY RANGE (tick_at);
CREATE TABLE market.tick_2026_w46 PARTITION OF market.tick FOR VALUES FROM ('2026-11-09 00:00+00') TO ('2026-11-16 00:00+00');
CREATE TABLE market.tick_2026_w47 PARTITION OF market.tick FOR VALUES FROM ('2026-11-16 00:00+00') TO ('2026-11-23 00:00+00');
CREATE TABLE market.tick_2026_w48 PARTITION OF market.tick FOR VALUES FROM ('2026-11-23 00:00+00') TO ('2026-11-30 00:00+00');
CREATE TABLE market.tick_other PARTITION OF market.tick DEFAULT;
COMMENT ON TABLE market.tick IS 'Top of book and last trade. Kept thirteen weeks, then exported to Parquet and dropped by partition. No foreign keys: the feed writes 50,000 rows a second and the loader has already resolved the instrument.';

CREATE TABLE market.bar_1m (
    instrument_id bigint NOT NULL REFERENCES ref.instrument (instrument_id),
    mic           ref.mic NOT NULL,
    bar_start     timestamptz NOT NULL,
    open          ref.price NOT NULL,
    high          ref.price NOT NULL,
    low           ref.price NOT NULL,
    close         ref.price NOT NULL,
    volume        ref.quantity NOT NULL,
    PRIMARY KEY (instrument_id, mic, bar_start),
    CONSTRAINT bar_high_low CHECK (high >= low)
);
CREATE INDEX bar_1m_start_brin ON market.bar_1m USING brin (bar_start);
COMMENT ON TABLE market.bar_1m IS 'One-minute bars; derived from ticks, can be rebuilt for thirteen weeks back.';

CREATE TABLE market.depth_snapshot (
    instrument_id bigint NOT NULL,
    mic           ref.mic NOT NULL,
    taken_at      timestamptz NOT NULL,
    levels        smallint NOT NULL DEFAULT 10,
    book          jsonb NOT NULL
);
CREATE INDEX depth_snapshot_lookup_idx ON market.depth_snapshot (instrument_id, taken_at DESC);
COMMENT ON TABLE market.depth_snapshot IS 'Ten levels of the book each second, for best-execution reviews.';

-- ------------------------------------------------------------------ risk

CREATE TABLE risk.limit_rule (
    limit_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    firm_id    bigint NOT NULL REFERENCES party.firm (firm_id),
    account_id bigint NOT NULL REFERENCES party.account (account_id),
    metric     risk.limit_metric NOT NULL,
    soft_limit ref.money NOT NULL CHECK (soft_limit > 0),
    hard_limit ref.money NOT NULL CHECK (hard_limit > 0),
    currency   ref.currency_code NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to   timestamptz,                -- empty: until further notice
    set_by     text NOT NULL,
    CONSTRAINT limit_rule_soft_first CHECK (soft_limit <= hard_limit),
    CONSTRAINT limit_rule_valid_order CHECK (valid_to IS NULL OR valid_to > valid_from),
    -- two limits for one account and metric at one instant would make the pre-trade check a matter of luck
    CONSTRAINT limit_rule_no_overlap EXCLUDE USING gist (account_id WITH =, metric WITH =, tstzrange(valid_from, valid_to) WITH &&)
);
CREATE INDEX limit_rule_firm_idx ON risk.limit_rule (firm_id);
CREATE INDEX limit_rule_account_idx ON risk.limit_rule (account_id, metric);
COMMENT ON TABLE risk.limit_rule IS 'Pre-trade limits over time; a change closes the old row and opens a new one.';

CREATE TABLE risk.limit_usage (
    limit_id   bigint PRIMARY KEY REFERENCES risk.limit_rule (limit_id),
    used       ref.money NOT NULL DEFAULT 0,
    peak       ref.money NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
COMMENT ON TABLE risk.limit_usage IS 'Hot counters of the pre-trade check: one row per limit in force, updated with every order.';

CREATE TABLE risk.breach (
    breach_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    limit_id         bigint NOT NULL REFERENCES risk.limit_rule (limit_id),
    order_id         bigint NOT NULL,
    order_trade_date date NOT NULL,
    observed         ref.money NOT NULL,
    detected_at      timestamp NOT NULL DEFAULT now(),
    acknowledged_at  timestamptz,
    acknowledged_by  text,
    CONSTRAINT breach_order_fkey FOREIGN KEY (order_id, order_trade_date) REFERENCES trade.orders (order_id, trade_date)
);
CREATE INDEX breach_limit_idx ON risk.breach (limit_id, detected_at DESC);
CREATE INDEX breach_order_idx ON risk.breach (order_id, order_trade_date);
CREATE INDEX breach_open_idx ON risk.breach (detected_at) WHERE acknowledged_at IS NULL;
COMMENT ON TABLE risk.breach IS 'Orders that met a limit, and who dealt with it.';

CREATE TABLE risk.margin_call (
    call_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES party.account (account_id),
    called_at  timestamptz NOT NULL DEFAULT now(),
    due_at     timestamptz NOT NULL,
    amount     ref.money NOT NULL CHECK (amount > 0),
    currency   ref.currency_code NOT NULL,
    met_at     timestamptz,
    CONSTRAINT margin_call_due_later CHECK (due_at > called_at)
);
CREATE INDEX margin_call_account_idx ON risk.margin_call (account_id, called_at DESC);
COMMENT ON TABLE risk.margin_call IS 'Margin calls and whether they were met in time.';

CREATE TABLE risk.trading_halt (
    halt_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    instrument_id bigint NOT NULL REFERENCES ref.instrument (instrument_id),
    halted        tstzrange NOT NULL,
    reason        text NOT NULL,
    CONSTRAINT trading_halt_no_overlap EXCLUDE USING gist (instrument_id WITH =, halted WITH &&)
);
CREATE INDEX trading_halt_instrument_idx ON risk.trading_halt (instrument_id);
COMMENT ON TABLE risk.trading_halt IS 'Kill switch per instrument.';

-- ------------------------------------------------------------------ reg

CREATE TABLE reg.submission (
    submission_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    regime        varchar(16) NOT NULL CHECK (regime IN ('RTS22', 'RTS24', 'EMIR', 'CAT')),
    report_date   date NOT NULL,
    file_name     text NOT NULL UNIQUE,
    sent_at       timestamptz,
    accepted      integer NOT NULL DEFAULT 0 CHECK (accepted >= 0),
    rejected      integer NOT NULL DEFAULT 0 CHECK (rejected >= 0)
);
CREATE INDEX submission_date_idx ON reg.submission (regime, report_date DESC);
COMMENT ON TABLE reg.submission IS 'Files sent to authorities and what came back.';

-- Field numbers in the comments are those of RTS 22 (Regulation (EU) 2017/590), Annex I, table 2.
CREATE TABLE reg.transaction_report (
    report_id                bigint GENERATED BY DEFAULT AS IDENTITY,
    trading_date             date NOT NULL,
    report_status            reg.report_status NOT NULL DEFAULT 'NEWT',   -- 1
    transaction_ref          varchar(52) NOT NULL,                        -- 2
    venue_txn_id             varchar(52),                                 -- 3
    executing_entity_lei     ref.lei NOT NULL,                            -- 4
    is_mifid_firm            boolean NOT NULL,                            -- 5
    submitting_entity_lei    ref.lei NOT NULL,                            -- 6
    buyer_id                 varchar(35) NOT NULL,                        -- 7
    buyer_branch_country     ref.country_code,                            -- 8
    buyer_first_names        text,                                        -- 9
    buyer_surnames           text,                                        -- 10
    buyer_birth_date         date,                                        -- 11
    buyer_decision_maker     varchar(35),                                 -- 12
    seller_id                varchar(35) NOT NULL,                        -- 16
    seller_branch_country    ref.country_code,                            -- 17
    seller_first_names       text,                                        -- 18
    seller_surnames          text,                                        -- 19
    seller_birth_date        date,                                        -- 20
    seller_decision_maker    varchar(35),                                 -- 21
    order_transmitted        boolean NOT NULL DEFAULT false,              -- 25
    transmitting_buyer_lei   ref.lei,                                     -- 26
    transmitting_seller_lei  ref.lei,                                     -- 27
    traded_at                timestamptz NOT NULL,                        -- 28
    trading_capacity         reg.capacity NOT NULL,                       -- 29
    quantity                 numeric(35, 17) NOT NULL,                    -- 30
    quantity_currency        ref.currency_code,                           -- 31
    notional_change          char(4) CHECK (notional_change IN ('INCR', 'DECR')),  -- 32
    price                    numeric(18, 13),                             -- 33, DECIMAL-18/13
    price_pending            char(4) CHECK (price_pending IN ('PNDG', 'NOAP')),    -- 33, when there is no number yet
    price_currency           ref.currency_code,                           -- 34
    net_amount               numeric(23, 5),                              -- 35
    venue_mic                ref.mic NOT NULL,                            -- 36, XOFF and XXXX included
    branch_country           ref.country_code,                            -- 37
    upfront_payment          numeric(23, 5),                              -- 38
    upfront_currency         ref.currency_code,                           -- 39
    complex_trade_id         varchar(35),                                 -- 40
    instrument_isin          ref.isin,                                    -- 41
    instrument_name          text,                                        -- 42
    instrument_cfi           ref.cfi,                                     -- 43
    notional_currency_1      ref.currency_code,                           -- 44
    notional_currency_2      ref.currency_code,                           -- 45
    price_multiplier         numeric(35, 17),                             -- 46
    underlying_isin          ref.isin,                                    -- 47
    underlying_index         varchar(25),                                 -- 48
    option_type              char(4) CHECK (option_type IN ('PUTO', 'CALL', 'OTHR')),   -- 50
    strike_price             numeric(31, 13),                             -- 51
    strike_currency          ref.currency_code,                           -- 52
    exercise_style           char(4) CHECK (exercise_style IN ('EURO', 'AMER', 'ASIA', 'BERM', 'OTHR')),  -- 53
    maturity_date            date,                                        -- 54
    expiry_date              date,                                        -- 55
    delivery_type            char(4) CHECK (delivery_type IN ('PHYS', 'CASH', 'OPTL')), -- 56
    investment_decision_id   varchar(35),                                 -- 57
    decision_branch_country  ref.country_code,                            -- 58
    execution_decision_id    varchar(35) NOT NULL,                        -- 59
    execution_branch_country ref.country_code,                            -- 60
    waiver_flags             text[],                                      -- 61
    short_selling            char(4) CHECK (short_selling IN ('SESH', 'SSEX', 'SELL', 'UNDI')),          -- 62
    otc_flags                text[],                                      -- 63
    is_commodity_hedge       boolean,                                     -- 64
    is_sft                   boolean NOT NULL DEFAULT false,              -- 65
    execution_id             bigint NOT NULL,
    execution_date           date NOT NULL,
    submission_id            bigint REFERENCES reg.submission (submission_id),
    due_by                   timestamptz NOT NULL,
    PRIMARY KEY (report_id, trading_date),
    CONSTRAINT transaction_report_ref_key UNIQUE (executing_entity_lei, transaction_ref, report_status, trading_date),
    CONSTRAINT transaction_report_execution_fkey FOREIGN KEY (execution_id, execution_date)
        REFERENCES trade.execution (execution_id, trade_date)
) PARTITION BY RANGE (trading_date);
CREATE TABLE reg.transaction_report_2026_h2 PARTITION OF reg.transaction_report FOR VALUES FROM ('2026-07-01') TO ('2027-01-01');
CREATE TABLE reg.transaction_report_other PARTITION OF reg.transaction_report DEFAULT;
CREATE INDEX transaction_report_execution_idx ON reg.transaction_report (execution_id, execution_date);
CREATE INDEX transaction_report_submission_idx ON reg.transaction_report (submission_id);
CREATE INDEX transaction_report_unsent_idx ON reg.transaction_report (due_by) WHERE submission_id IS NULL;
COMMENT ON TABLE reg.transaction_report IS 'RTS 22 transaction reports, due by the end of the next working day; kept five years.';
COMMENT ON COLUMN reg.transaction_report.buyer_surnames IS 'Personal data under legal hold: erasure is refused while Art. 25 MiFIR applies.';

-- Field numbers are those of RTS 24 (Regulation (EU) 2017/580), Annex, table 2.
CREATE TABLE reg.order_record (
    record_date            date NOT NULL,
    segment_mic            ref.mic NOT NULL,                              -- 16
    event_type             trade.event_type NOT NULL,                     -- 21
    sequence_no            bigint NOT NULL,                               -- 15
    submitting_entity_lei  ref.lei NOT NULL,                              -- 1
    direct_access          boolean NOT NULL DEFAULT false,                -- 2
    client_code            varchar(35) NOT NULL,                          -- 3
    investment_decision_id varchar(35),                                   -- 4
    execution_decision_id  varchar(35) NOT NULL,                          -- 5
    non_executing_broker   ref.lei,                                       -- 6
    capacity               reg.capacity NOT NULL,                         -- 7
    liquidity_provision    boolean NOT NULL DEFAULT false,                -- 8
    event_at               timestamptz NOT NULL,                          -- 9
    event_ns               bigint,                                        -- 9, beyond microseconds
    validity               reg.validity NOT NULL,                         -- 10
    order_restriction      char(4) CHECK (order_restriction IN ('SESR', 'VFAR', 'VFCR')),    -- 11
    valid_until            timestamptz,                                   -- 12
    priority_at            timestamptz,                                   -- 13
    priority_size          numeric(35, 17),                               -- 14
    order_book_code        varchar(11),                                   -- 17
    isin                   ref.isin NOT NULL,                             -- 18
    received_on            date NOT NULL,                                 -- 19
    order_ref              varchar(50) NOT NULL,                          -- 20
    order_kind             varchar(50) NOT NULL,                          -- 22
    limit_or_stop          char(4) CHECK (limit_or_stop IN ('LMTO', 'STOP')),                -- 23
    limit_price            numeric(31, 13),                               -- 24
    extra_limit_price      numeric(31, 13),                               -- 25
    stop_price             numeric(31, 13),                               -- 26
    pegged_limit_price     numeric(31, 13),                               -- 27
    transaction_price      numeric(31, 13),                               -- 28
    price_currency         ref.currency_code,                             -- 29
    price_notation         reg.price_notation NOT NULL DEFAULT 'MONE',    -- 31
    buy_sell               char(4) NOT NULL CHECK (buy_sell IN ('BUYI', 'SELL')),            -- 32
    order_status           char(4) NOT NULL CHECK (order_status IN ('ACTI', 'INAC', 'FIRM', 'INDI', 'IMPL', 'ROUT')),  -- 33
    quantity_notation      reg.qty_notation NOT NULL DEFAULT 'UNIT',      -- 34
    initial_qty            numeric(35, 17) NOT NULL,                      -- 36
    remaining_qty          numeric(35, 17) NOT NULL,                      -- 37
    displayed_qty          numeric(35, 17),                               -- 38
    traded_qty             numeric(35, 17),                               -- 39
    minimum_acceptable_qty numeric(35, 17),                               -- 40
    passive_only           boolean NOT NULL DEFAULT false,                -- 43
    passive_aggressive     char(4) CHECK (passive_aggressive IN ('PASV', 'AGRE')),           -- 44
    self_match_prevention  boolean NOT NULL DEFAULT false,                -- 45
    strategy_link          varchar(50),                                   -- 46
    routing_strategy       varchar(50),                                   -- 47
    venue_txn_id           varchar(52),                                   -- 48
    trading_phase          varchar(50) NOT NULL,                          -- 49
    indicative_price       numeric(31, 13),                               -- 50
    indicative_volume      numeric(35, 17),                               -- 51
    PRIMARY KEY (segment_mic, record_date, event_type, sequence_no)
) PARTITION BY RANGE (record_date);
CREATE TABLE reg.order_record_2026_10 PARTITION OF reg.order_record FOR VALUES FROM ('2026-10-01') TO ('2026-11-01');
CREATE TABLE reg.order_record_2026_11 PARTITION OF reg.order_record FOR VALUES FROM ('2026-11-01') TO ('2026-12-01');
CREATE TABLE reg.order_record_2026_12 PARTITION OF reg.order_record FOR VALUES FROM ('2026-12-01') TO ('2027-01-01');
CREATE TABLE reg.order_record_other PARTITION OF reg.order_record DEFAULT;
CREATE INDEX order_record_order_idx ON reg.order_record (order_ref, event_at);
CREATE INDEX order_record_isin_idx ON reg.order_record (isin, event_at);
COMMENT ON TABLE reg.order_record IS 'RTS 24 order records as they are handed to the authority on request; append-only.';

CREATE TABLE reg.retention_rule (
    rule_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_name     text NOT NULL,
    regime         text NOT NULL,
    keep_for       interval NOT NULL,
    counted_from   text NOT NULL,
    disposal       text NOT NULL CHECK (disposal IN ('drop_partition', 'delete', 'anonymise')),
    CONSTRAINT retention_rule_key UNIQUE (table_name, regime)
);
COMMENT ON TABLE reg.retention_rule IS 'How long each table is kept and under which rule; the nightly disposal job reads only this.';

CREATE TABLE reg.legal_hold (
    hold_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    firm_id   bigint NOT NULL REFERENCES party.firm (firm_id),
    matter    text NOT NULL,
    placed_at timestamptz NOT NULL DEFAULT now(),
    lifted_at timestamptz
);
CREATE INDEX legal_hold_firm_idx ON reg.legal_hold (firm_id, placed_at);
COMMENT ON TABLE reg.legal_hold IS 'Holds that stop disposal for a firm.';

-- ------------------------------------------------------------------ audit

CREATE TABLE audit.event (
    region      ref.region_code NOT NULL,
    seq         bigint NOT NULL,
    happened_at timestamptz NOT NULL DEFAULT now(),
    actor       text NOT NULL,
    action      text NOT NULL,
    entity      text NOT NULL,
    entity_id   text NOT NULL,
    detail      jsonb NOT NULL DEFAULT '{}',
    prev_hash   bytea,
    row_hash    bytea,
    PRIMARY KEY (region, seq)
);
CREATE INDEX audit_event_entity_idx ON audit.event (entity, entity_id, happened_at DESC);
CREATE INDEX audit_event_happened_brin ON audit.event USING brin (happened_at);
COMMENT ON TABLE audit.event IS 'Hash-chained trail, one chain per region so that regions do not queue for one lock.';
COMMENT ON COLUMN audit.event.row_hash IS 'sha256 over the previous hash and this row; set by trigger, checked nightly.';

CREATE TABLE audit.published_digest (
    region       ref.region_code NOT NULL,
    published_at timestamptz NOT NULL,
    last_seq     bigint NOT NULL,
    head_hash    bytea NOT NULL,
    location     text NOT NULL,
    PRIMARY KEY (region, published_at)
);
COMMENT ON TABLE audit.published_digest IS 'Chain heads published outside the database; without them a rewritten tail would go unseen.';

-- Definer's rights, with the path pinned: writers may add to the chain but not read it.
CREATE FUNCTION audit.chain_event() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    last record;
BEGIN
    -- One writer per chain until commit: two rows must never share a predecessor.
    PERFORM pg_advisory_xact_lock(hashtext('audit.event'), hashtext(NEW.region::text));
    SELECT e.seq, e.row_hash INTO last FROM audit.event e WHERE e.region = NEW.region ORDER BY e.seq DESC LIMIT 1;
    NEW.seq := coalesce(last.seq, 0) + 1;
    NEW.prev_hash := last.row_hash;
    NEW.row_hash := sha256(coalesce(last.row_hash, '\x'::bytea)
        || convert_to(concat_ws('|', NEW.region, NEW.seq, NEW.happened_at, NEW.actor, NEW.action, NEW.entity, NEW.entity_id, NEW.detail), 'UTF8'));
    RETURN NEW;
END
$$;
REVOKE EXECUTE ON FUNCTION audit.chain_event() FROM PUBLIC;
CREATE TRIGGER audit_event_chain BEFORE INSERT ON audit.event FOR EACH ROW EXECUTE FUNCTION audit.chain_event();

CREATE FUNCTION audit.refuse_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog
AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit.event FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER order_event_append_only BEFORE UPDATE OR DELETE ON trade.order_event FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER order_record_append_only BEFORE UPDATE OR DELETE ON reg.order_record FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE ON ledger.journal_entry FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE ON ledger.posting FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();

-- Returns the first broken link of a chain, or null.
CREATE FUNCTION audit.first_broken_seq(which ref.region_code) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER
AS $$
    SELECT min(seq) FROM (
        SELECT e.seq, e.prev_hash, lag(e.row_hash) OVER (ORDER BY e.seq) AS expected
        FROM audit.event e WHERE e.region = which) AS chain
    WHERE prev_hash IS DISTINCT FROM expected
$$;

-- ------------------------------------------------------------------ ops

CREATE TABLE ops.outbox (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    aggregatetype varchar(255) NOT NULL,
    aggregateid   varchar(255) NOT NULL,
    type          varchar(255) NOT NULL,
    payload       jsonb NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    published_at  timestamptz
);
CREATE INDEX outbox_unpublished_idx ON ops.outbox (created_at) WHERE published_at IS NULL;
COMMENT ON TABLE ops.outbox IS 'Transactional outbox; rows are published by the relay and removed a day later.';

CREATE TABLE ops.clock_sync (
    host        varchar(64) NOT NULL,
    measured_at timestamptz NOT NULL,
    region      ref.region_code NOT NULL,
    offset_ns   bigint NOT NULL,
    error_ns    bigint NOT NULL CHECK (error_ns >= 0),
    source      varchar(16) NOT NULL CHECK (source IN ('ptp', 'ntp', 'gnss')),
    PRIMARY KEY (host, measured_at)
);
CREATE INDEX clock_sync_measured_brin ON ops.clock_sync USING brin (measured_at);
COMMENT ON TABLE ops.clock_sync IS 'Evidence of traceability to UTC (EU 2025/1155 Art. 16, before it RTS 25 Art. 4): what each host''s clock was off by, and how that was known.';

-- ------------------------------------------------------------------ views

CREATE VIEW trade.working_order WITH (security_invoker = true) AS
    SELECT order_id, trade_date, firm_id, account_id, instrument_id, mic, side, limit_price, leaves_qty, received_at
    FROM trade.orders
    WHERE status IN ('pending', 'open', 'partially_filled');
COMMENT ON VIEW trade.working_order IS 'Orders that can still trade; runs with the caller''s rights, so row security holds.';

CREATE VIEW ledger.trial_balance WITH (security_invoker = true) AS
    SELECT a.firm_id, a.currency, sum(b.debit_minor) AS debit_minor, sum(b.credit_minor) AS credit_minor
    FROM ledger.account a JOIN ledger.balance b USING (ledger_account_id)
    GROUP BY a.firm_id, a.currency;
COMMENT ON VIEW ledger.trial_balance IS 'Debits and credits per firm and currency: equal, or the books are wrong.';

CREATE VIEW trade.firm_blotter AS
    SELECT o.firm_id, o.account_id, o.order_id, o.cl_ord_id, e.execution_id, e.instrument_id, e.side, e.price, e.quantity, e.executed_at
    FROM trade.orders o
    JOIN trade.execution e ON e.order_id = o.order_id AND e.order_trade_date = o.trade_date;
COMMENT ON VIEW trade.firm_blotter IS 'Fills with their orders, for the reporting tool.';

-- ------------------------------------------------------------------ rights

GRANT USAGE ON SCHEMA ref, party, trade, ledger, market, risk, reg, audit, ops TO auditor;
GRANT USAGE ON SCHEMA ref, party, trade, market, risk, audit, ops TO trading_app;
GRANT USAGE ON SCHEMA ref, party, trade, risk TO risk_app;
GRANT USAGE ON SCHEMA ref, party, ledger, audit TO ledger_app;
GRANT USAGE ON SCHEMA ref, party, trade, reg, market TO reporting_app, surveillance;

GRANT SELECT ON ALL TABLES IN SCHEMA ref TO trading_app, risk_app, ledger_app, reporting_app, surveillance, auditor;
GRANT SELECT ON party.firm, party.client, party.account, party.trader, party.account_trader, party.gateway_session TO trading_app, risk_app;
GRANT SELECT ON party.firm, party.account TO ledger_app, reporting_app;
GRANT SELECT ON party.natural_person TO reporting_app;                 -- the report needs names; the trading path never does
GRANT SELECT, INSERT, UPDATE ON trade.orders TO trading_app;
GRANT SELECT, INSERT ON trade.order_event TO trading_app;              -- append-only: no UPDATE, no DELETE
GRANT SELECT, INSERT, UPDATE ON trade.execution TO trading_app;
GRANT SELECT, INSERT ON trade.allocation TO trading_app;
GRANT SELECT, INSERT, UPDATE ON trade.position, trade.settlement_instruction TO trading_app;
GRANT SELECT, INSERT, UPDATE ON market.bar_1m TO trading_app;
GRANT SELECT, INSERT ON market.tick, market.depth_snapshot TO trading_app;
GRANT SELECT, INSERT, UPDATE ON risk.limit_usage, risk.breach TO risk_app, trading_app;
GRANT SELECT ON risk.limit_rule, risk.trading_halt TO risk_app, trading_app;
GRANT SELECT, INSERT ON ledger.journal_entry, ledger.posting TO ledger_app;
GRANT SELECT, INSERT, UPDATE ON ledger.balance TO ledger_app;
GRANT SELECT, INSERT ON ledger.account TO ledger_app;
GRANT SELECT, INSERT, UPDATE ON reg.transaction_report, reg.submission TO reporting_app;
GRANT SELECT, INSERT ON reg.order_record TO reporting_app;
GRANT SELECT ON trade.orders, trade.order_event, trade.execution, trade.firm_blotter TO reporting_app, surveillance;
GRANT SELECT ON market.depth_snapshot, market.bar_1m TO surveillance;
GRANT SELECT ON trade.working_order TO trading_app;
GRANT SELECT ON ledger.trial_balance TO ledger_app;
GRANT INSERT ON audit.event TO trading_app, ledger_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ops.outbox TO trading_app;
GRANT SELECT, INSERT ON ops.clock_sync TO trading_app;
GRANT SELECT ON ALL TABLES IN SCHEMA audit TO auditor;

-- ------------------------------------------------------------------ row security
-- The application sets app.firm_id and app.region with SET LOCAL in each transaction. nullif() because a setting that was local
-- to an earlier transaction reads back as an empty string, and the sub-select lets the planner read it once.

ALTER TABLE party.account ENABLE ROW LEVEL SECURITY;
ALTER TABLE party.account FORCE ROW LEVEL SECURITY;
CREATE POLICY account_of_region ON party.account FOR ALL TO trading_app, risk_app
    USING (region = (SELECT nullif(current_setting('app.region', true), '')::ref.region_code));
CREATE POLICY account_firm_fence ON party.account AS RESTRICTIVE FOR ALL TO trading_app
    USING (firm_id = (SELECT nullif(current_setting('app.firm_id', true), '')::bigint));
CREATE POLICY account_back_office ON party.account FOR SELECT TO ledger_app, reporting_app
    USING (state <> 'closed' OR closed_at > now() - interval '7 years');

ALTER TABLE trade.orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE trade.orders FORCE ROW LEVEL SECURITY;
CREATE POLICY orders_of_region ON trade.orders FOR ALL TO trading_app
    USING (region = (SELECT nullif(current_setting('app.region', true), '')::ref.region_code));
CREATE POLICY orders_firm_fence ON trade.orders AS RESTRICTIVE FOR ALL TO trading_app
    USING (firm_id = (SELECT nullif(current_setting('app.firm_id', true), '')::bigint))
    WITH CHECK (firm_id = (SELECT nullif(current_setting('app.firm_id', true), '')::bigint));
CREATE POLICY orders_surveillance ON trade.orders FOR SELECT TO surveillance, reporting_app
    USING (region = (SELECT nullif(current_setting('app.region', true), '')::ref.region_code));

ALTER TABLE party.natural_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE party.natural_person FORCE ROW LEVEL SECURITY;
CREATE POLICY person_stays_in_region ON party.natural_person FOR SELECT TO reporting_app
    USING (region = (SELECT nullif(current_setting('app.region', true), '')::ref.region_code));

ALTER TABLE ledger.account ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.account FORCE ROW LEVEL SECURITY;
CREATE POLICY ledger_account_all ON ledger.account FOR ALL TO ledger_app
    USING (true);
