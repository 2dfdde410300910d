CREATE TABLE site (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, tz text NOT NULL);
CREATE TABLE device (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    site_id bigint NOT NULL REFERENCES site,
    serial_no text NOT NULL UNIQUE,
    model text NOT NULL,
    firmware text,
    installed_on date NOT NULL
);
CREATE INDEX ON device (site_id);
CREATE TABLE sensor (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id bigint NOT NULL REFERENCES device,
    quantity text NOT NULL CHECK (quantity IN ('temperature', 'humidity', 'pressure', 'co2')),
    unit text NOT NULL,
    UNIQUE (device_id, quantity)
);
CREATE TABLE reading (
    sensor_id bigint NOT NULL REFERENCES sensor,
    at timestamptz NOT NULL,
    value double precision NOT NULL,
    quality smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (sensor_id, at)
) PARTITION BY RANGE (at);
CREATE TABLE reading_2026_11 PARTITION OF reading FOR VALUES FROM ('2026-11-01') TO ('2026-12-01');
CREATE TABLE reading_2026_12 PARTITION OF reading FOR VALUES FROM ('2026-12-01') TO ('2027-01-01');
CREATE TABLE alarm (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sensor_id bigint NOT NULL REFERENCES sensor,
    raised_at timestamptz NOT NULL,
    cleared_at timestamptz,
    severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    CHECK (cleared_at >= raised_at)
);
CREATE INDEX ON alarm (sensor_id, raised_at DESC);
