-- Times that lie ahead, by the name of the column or the table, by a check, or counted off within a key; and times that do not.
CREATE TABLE doctors (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE rooms (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE appointments (
    id bigint PRIMARY KEY,
    doctor_id bigint NOT NULL REFERENCES doctors (id),
    created_at timestamptz NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    CHECK (ends_at > starts_at)
);
CREATE TABLE surgery_slots (
    doctor_id bigint NOT NULL REFERENCES doctors (id),
    starts_at timestamp NOT NULL,
    UNIQUE (doctor_id, starts_at)
);
CREATE TABLE stays (id bigint PRIMARY KEY, check_in date NOT NULL, check_out date NOT NULL CHECK (check_out > check_in));
CREATE TABLE parcels (id bigint PRIMARY KEY, ordered_on date NOT NULL, delivery_on date NOT NULL CHECK (delivery_on >= ordered_on));
CREATE TABLE tours (id bigint PRIMARY KEY, period daterange NOT NULL);
CREATE TABLE room_bookings (
    room_id integer NOT NULL,
    during tstzrange NOT NULL,
    EXCLUDE USING gist (room_id WITH =, during WITH &&)
);
CREATE TABLE jobs (id bigint PRIMARY KEY, created_at timestamptz NOT NULL, next_run_at timestamptz NOT NULL, started_at timestamptz NOT NULL);
CREATE TABLE holidays (day date PRIMARY KEY, name text NOT NULL);
CREATE TABLE launches (goes_live_at timestamp PRIMARY KEY);
CREATE TABLE tokens (id bigint PRIMARY KEY, created_at timestamptz NOT NULL, expires_at bigint NOT NULL, valid_until date NOT NULL);
CREATE TABLE runs (
    id bigint PRIMARY KEY,
    start_time timestamptz NOT NULL,
    end_time timestamptz NOT NULL CHECK (end_time >= start_time),
    scheduled_date date NOT NULL CHECK (scheduled_date <= CURRENT_DATE)
);
CREATE TABLE offers (
    id bigint PRIMARY KEY,
    starts_at timestamptz NOT NULL CHECK (starts_at < '2026-12-10'),
    due date NOT NULL CHECK (due <= '2026-12-05')
);

-- Times that are kept as text, as programs do that have to run on SQLite too.
CREATE TABLE bookings_as_text (
    id bigint PRIMARY KEY,
    "createdAt" text NOT NULL,
    starts_at text NOT NULL,
    ends_at varchar(19) NOT NULL,
    due_date char(10),
    born_date text
);
