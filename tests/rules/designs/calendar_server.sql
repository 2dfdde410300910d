-- A groupware server that has grown for years: bigint references to serial keys, keys in all but name, doubled indexes.
CREATE TABLE principal (
    principal_id serial PRIMARY KEY,
    login_name text NOT NULL UNIQUE,
    email text,
    deleted_at timestamp,
    created timestamp NOT NULL DEFAULT now()
);
CREATE TABLE zone (zone_no serial PRIMARY KEY, tzid text NOT NULL UNIQUE, active boolean);
CREATE TABLE zone_alias (zone_no int8 NOT NULL REFERENCES zone (zone_no), name text NOT NULL);
CREATE TABLE collection (
    collection_id smallserial PRIMARY KEY,
    owner_id bigint NOT NULL REFERENCES principal (principal_id) ON DELETE CASCADE,
    path text NOT NULL UNIQUE,
    parent_id integer,
    zone_no int8 REFERENCES zone (zone_no)
);
CREATE INDEX collection_path_idx ON collection (path);
CREATE TABLE resource (
    resource_id serial NOT NULL UNIQUE,
    collection_id smallint NOT NULL REFERENCES collection (collection_id),
    owner_id integer NOT NULL REFERENCES principal (principal_id),
    body text,
    props json,
    last_modified timestamp
);
CREATE INDEX resource_collection_idx ON resource (collection_id);
CREATE INDEX resource_both_idx ON resource (collection_id, last_modified);
CREATE TABLE grants (
    by_id integer NOT NULL REFERENCES principal (principal_id),
    to_id integer NOT NULL REFERENCES principal (principal_id),
    rights integer
);
CREATE TABLE attendee (resource_id integer NOT NULL, email text NOT NULL, status varchar(20));
CREATE INDEX attendee_resource_idx ON attendee (resource_id);
CREATE TABLE sync_token (collection_id integer NOT NULL REFERENCES collection (collection_id), token serial PRIMARY KEY);
CREATE TABLE dictionary (user_id integer, language varchar(16) NOT NULL, data text NOT NULL, UNIQUE (user_id, language));
