-- Ward and lab system of a city hospital
CREATE TABLE wards (
    ward_id     integer PRIMARY KEY,
    name        varchar(60) NOT NULL UNIQUE,
    beds        smallint NOT NULL
);
CREATE TABLE physicians (
    physician_id integer PRIMARY KEY,
    first_name  varchar(40) NOT NULL,
    last_name   varchar(40) NOT NULL,
    specialty   varchar(40),
    phone       varchar(20)
);
CREATE TABLE patients (
    patient_id  serial PRIMARY KEY,
    mrn         varchar(12) NOT NULL,
    first_name  varchar(40) NOT NULL,
    last_name   varchar(40) NOT NULL,
    birth_date  date NOT NULL,
    sex         char(1),
    insurance_no varchar(20),
    phone1      varchar(20),
    phone2      varchar(20),
    hiv_status  boolean,
    religion    varchar(30),
    allergies   text
);
CREATE TABLE admissions (
    admission_id serial PRIMARY KEY,
    patient_id  integer NOT NULL REFERENCES patients ON DELETE CASCADE,
    ward_id     integer NOT NULL REFERENCES wards,
    physician_id integer REFERENCES physicians,
    bed         varchar(6),
    admitted_at timestamp NOT NULL,
    discharged_at timestamp,
    diagnosis_codes text
);
CREATE TABLE prescriptions (
    prescription_id serial PRIMARY KEY,
    admission_id integer NOT NULL REFERENCES admissions,
    physician_id integer NOT NULL REFERENCES physicians,
    drug        varchar(80) NOT NULL,
    dose_mg     real NOT NULL,
    per_day     smallint,
    start_date  date NOT NULL,
    end_date    date
);
CREATE TABLE lab_results (
    result_id   bigserial PRIMARY KEY,
    patient_id  integer NOT NULL REFERENCES patients,
    test_code   varchar(10) NOT NULL,
    value       varchar(40),
    unit        varchar(12),
    taken_at    timestamp,
    reported_at timestamp
);
CREATE TABLE nurse_notes (
    patient_id  integer,
    written_at  timestamp DEFAULT now(),
    author      varchar(40),
    note        text
);
