-- A design in which some tables know their tenant and nothing is fenced yet.
CREATE TABLE organization (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE TABLE country (code text PRIMARY KEY, name text NOT NULL);
CREATE TABLE patient (
    id bigint PRIMARY KEY,
    organization_id bigint NOT NULL REFERENCES organization (id),
    number text NOT NULL UNIQUE,
    country text NOT NULL REFERENCES country (code)
);
CREATE TABLE doctor (id bigint PRIMARY KEY, organization_id bigint NOT NULL REFERENCES organization (id), name text NOT NULL);
CREATE TABLE visit (
    id bigint GENERATED ALWAYS AS IDENTITY,
    patient_id bigint NOT NULL REFERENCES patient (id),
    doctor_id bigint REFERENCES doctor (id) ON DELETE SET NULL,
    day date NOT NULL,
    PRIMARY KEY (day, id)
) PARTITION BY RANGE (day);
CREATE TABLE visit_2026 PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE treatment (id bigint PRIMARY KEY, patient_id bigint NOT NULL REFERENCES patient (id), what text NOT NULL);
CREATE TABLE bill (id serial PRIMARY KEY, treatment_id bigint NOT NULL REFERENCES treatment (id), cents bigint NOT NULL);
CREATE TABLE reading (patient_id bigint NOT NULL REFERENCES patient (id), at timestamptz NOT NULL, pulse integer NOT NULL);
CREATE TABLE note (id bigint PRIMARY KEY, words text NOT NULL);
CREATE VIEW patients_seen AS SELECT p.id, p.number, v.day FROM patient p JOIN visit v ON v.patient_id = p.id;
