CREATE SCHEMA IF NOT EXISTS dbarch_retention;
REVOKE ALL ON SCHEMA dbarch_retention FROM PUBLIC;

-- How long what is kept. A rule without `keep` does nothing. What you change here stays when this file is run again.
CREATE TABLE IF NOT EXISTS dbarch_retention.rule (
    place regclass PRIMARY KEY,
    position integer NOT NULL,
    time_column name NOT NULL,
    method text NOT NULL CHECK (method IN ('partitions', 'batches')),
    keep interval CHECK (keep > '0'),
    because text NOT NULL,
    batch integer NOT NULL DEFAULT 5000 CHECK (batch > 0),
    pause_seconds double precision NOT NULL DEFAULT 0.1 CHECK (pause_seconds >= 0)
);

-- Rows that may not go: those whose column has that value. Lifted on `until`, or never by itself.
CREATE TABLE IF NOT EXISTS dbarch_retention.hold (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    place regclass NOT NULL,
    column_name name NOT NULL,
    value text NOT NULL,
    because text NOT NULL,
    placed_by text NOT NULL DEFAULT session_user,
    placed_at timestamptz NOT NULL DEFAULT now(),
    until date
);

-- What a job did, for whoever asks later.
CREATE TABLE IF NOT EXISTS dbarch_retention.done (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    place text NOT NULL,
    what text NOT NULL,
    number_of_rows bigint,
    before timestamptz
);

-- Partitions on their way out.
CREATE TABLE IF NOT EXISTS dbarch_retention.leaving (
    part text PRIMARY KEY,
    parent text NOT NULL
);

-- The condition of rows under hold, on the table itself or on rows that a delete would take along.
CREATE OR REPLACE FUNCTION dbarch_retention.held(which regclass, alias text, deep integer DEFAULT 0) RETURNS text
LANGUAGE plpgsql STABLE AS $held$
DECLARE
    found text := 'false';
    one record;
    child record;
    pairs text;
    below text := alias || 'c';
BEGIN
    IF deep > 4 THEN
        RETURN 'true'; -- cascades without end: such rows stay
    END IF;
    FOR one IN SELECT * FROM dbarch_retention.hold WHERE place = which AND (until IS NULL OR until > current_date) LOOP
        found := found || format(' OR %s.%I::text = %L', alias, one.column_name, one.value);
    END LOOP;
    FOR child IN SELECT * FROM pg_constraint WHERE contype = 'f' AND confrelid = which AND conparentid = 0 LOOP
        SELECT string_agg(format('%s.%I = %s.%I', below, a.attname, alias, p.attname), ' AND ') INTO pairs
            FROM unnest(child.conkey, child.confkey) AS k (mine, theirs)
            JOIN pg_attribute AS a ON a.attrelid = child.conrelid AND a.attnum = k.mine
            JOIN pg_attribute AS p ON p.attrelid = which AND p.attnum = k.theirs;
        -- A row that others point at stays, unless they go with it; then their holds count.
        found := found || format(' OR EXISTS (SELECT FROM %s AS %s WHERE %s AND (%s))', child.conrelid::regclass, below, pairs,
            CASE WHEN child.confdeltype = 'c' THEN dbarch_retention.held(child.conrelid, below, deep + 1)
                 WHEN child.confdeltype IN ('n', 'd') THEN 'false' ELSE 'true' END);
    END LOOP;
    RETURN found;
END
$held$;

-- The condition of rows whose time is over. A time without zone is taken for UTC.
CREATE OR REPLACE FUNCTION dbarch_retention.over(which regclass, time_column name, before timestamptz) RETURNS text
LANGUAGE sql STABLE AS $over$
    SELECT format('t.%I < %L', time_column,
        CASE WHEN atttypid = 'timestamptz'::regtype THEN before::text ELSE (before AT TIME ZONE 'UTC')::text END)
    FROM pg_attribute WHERE attrelid = which AND attname = time_column
$over$;

CREATE OR REPLACE PROCEDURE dbarch_retention.purge_rows(dry_run boolean DEFAULT true)
LANGUAGE plpgsql AS $purge$
DECLARE
    one dbarch_retention.rule;
    before timestamptz;
    is_over text;
    is_held text;
    many bigint;
    total bigint;
    held_back bigint;
BEGIN
    FOR one IN SELECT * FROM dbarch_retention.rule WHERE method = 'batches' ORDER BY position LOOP
        IF one.keep IS NULL THEN
            RAISE NOTICE '%: nobody has said how long it is kept; nothing is done', one.place;
            CONTINUE;
        END IF;
        IF row_security_active(one.place) THEN
            RAISE EXCEPTION 'row security hides rows of % from %: nothing would go, and nobody would notice', one.place, current_user
                USING HINT = 'run this as a role with BYPASSRLS';
        END IF;
        before := now() - one.keep;
        is_over := dbarch_retention.over(one.place, one.time_column, before);
        is_held := dbarch_retention.held(one.place, 't');
        IF dry_run THEN
            EXECUTE format('SELECT count(*) FILTER (WHERE (%1$s) IS NOT TRUE), count(*) FILTER (WHERE %1$s) FROM %2$s AS t WHERE %3$s',
                is_held, one.place, is_over) INTO total, held_back;
            RAISE NOTICE '%: % rows would go, % more stay because of a hold or of rows that point at them', one.place, total, held_back;
            CONTINUE;
        END IF;
        total := 0;
        LOOP
            EXECUTE format('DELETE FROM %1$s AS d WHERE (d.tableoid, d.ctid) IN (SELECT t.tableoid, t.ctid FROM %1$s AS t
                            WHERE %2$s AND (%3$s) IS NOT TRUE LIMIT %4$s FOR UPDATE SKIP LOCKED)', one.place, is_over, is_held, one.batch);
            GET DIAGNOSTICS many = ROW_COUNT;
            EXIT WHEN many = 0;
            total := total + many;
            INSERT INTO dbarch_retention.done (place, what, number_of_rows, before) VALUES (one.place::text, 'deleted', many, before);
            COMMIT;
            PERFORM pg_sleep(one.pause_seconds);
        END LOOP;
        RAISE NOTICE '%: % rows deleted', one.place, total;
    END LOOP;
END
$purge$;

-- Partitions whose time is over, and whether a row in them is under hold. A partition by default, or without an end, never goes.
CREATE OR REPLACE FUNCTION dbarch_retention.partitions_over(OUT parent regclass, OUT part regclass, OUT ends timestamptz, OUT is_held boolean)
RETURNS SETOF record LANGUAGE plpgsql STABLE AS $parts$
DECLARE
    one dbarch_retention.rule;
    child record;
BEGIN
    FOR one IN SELECT * FROM dbarch_retention.rule WHERE method = 'partitions' AND keep IS NOT NULL ORDER BY position LOOP
        FOR child IN
            SELECT c.oid, (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)'''))[1] AS upper_end
            FROM pg_inherits JOIN pg_class AS c ON c.oid = inhrelid WHERE inhparent = one.place
        LOOP
            CONTINUE WHEN child.upper_end IS NULL OR (child.upper_end || CASE WHEN child.upper_end ~ '[+-]\d\d(:?\d\d)?$' AND child.upper_end ~ ':' THEN '' ELSE ' UTC' END)::timestamptz >= now() - one.keep;
            parent := one.place;
            part := child.oid::regclass;
            ends := (child.upper_end || CASE WHEN child.upper_end ~ '[+-]\d\d(:?\d\d)?$' AND child.upper_end ~ ':' THEN '' ELSE ' UTC' END)::timestamptz;
            EXECUTE format('SELECT EXISTS (SELECT FROM %s AS t WHERE %s)', part, dbarch_retention.held(one.place, 't')) INTO is_held;
            RETURN NEXT;
        END LOOP;
    END LOOP;
END
$parts$;

-- The next partitions of a table, as wide as its last one, until they reach so far ahead. They are made apart and then joined,
-- which stops neither reads nor writes.
CREATE OR REPLACE FUNCTION dbarch_retention.make_partitions(which regclass, ahead interval DEFAULT '3 months') RETURNS integer
LANGUAGE plpgsql AS $make$
DECLARE
    last record;
    low timestamp;
    high timestamp;
    wide interval;
    made integer := 0;
    name text;
    fresh text;
BEGIN
    SELECT m.bounds[1]::timestamp AS low, m.bounds[2]::timestamp AS high INTO last
        FROM (SELECT regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([^'']+)''\) TO \(''([^'']+)''\)') AS bounds
              FROM pg_inherits JOIN pg_class AS c ON c.oid = inhrelid WHERE inhparent = which) AS m
        WHERE m.bounds IS NOT NULL ORDER BY 2 DESC LIMIT 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% has no partition with two ends to go on from', which;
    END IF;
    wide := CASE WHEN date_trunc('month', last.low) = last.low AND date_trunc('month', last.high) = last.high
                 THEN age(last.high, last.low) ELSE last.high - last.low END;
    low := last.high;
    WHILE low < now() + ahead LOOP
        high := low + wide;
        SELECT relname INTO name FROM pg_class WHERE oid = which;
        name := left(name, 50) || to_char(low, CASE WHEN low = date_trunc('day', low) THEN '_YYYYMMDD' ELSE '_YYYYMMDD_HH24MI' END);
        SELECT format('%I.%I', nspname, name) INTO fresh FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace WHERE pg_class.oid = which;
        EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING IDENTITY EXCLUDING INDEXES)', fresh, which);
        EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', which, fresh, low, high);
        INSERT INTO dbarch_retention.done (place, what) VALUES (which::text, 'made partition ' || fresh);
        made := made + 1;
        low := high;
    END LOOP;
    RETURN made;
END
$make$;
