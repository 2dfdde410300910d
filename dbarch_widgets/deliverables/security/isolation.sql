-- Proves tenants apart: as each role it reads, moves, writes and deletes across the fence, and every attempt is undone.
-- It ends with an error when a row got through, and when nothing could be proved.
-- Run it on a copy with rows, as a superuser or a role that passes by row security and may SET ROLE. Where all rows of a table are
-- of one tenant, one row is given to a second for the time of the proof.

BEGIN;
SET LOCAL client_min_messages = warning;

CREATE TEMPORARY TABLE proof (place text, part text, who text, attempt text, verdict text, said text) ON COMMIT DROP;

CREATE FUNCTION pg_temp.say(rel regclass, col name, who name, attempt text, verdict text, said text DEFAULT '') RETURNS void
LANGUAGE sql AS 'INSERT INTO pg_temp.proof VALUES (rel::text, col, who, attempt, verdict, said)';

-- One attempt as a role, undone. The answer: the rows that it got hold of, -1 when it was refused, and PostgreSQL's words.
CREATE FUNCTION pg_temp.attempt(who name, settings jsonb, statement text, given jsonb, OUT got bigint, OUT said text)
LANGUAGE plpgsql AS $attempt$
DECLARE
    one record;
BEGIN
    BEGIN
        PERFORM set_config('role', who, true);
        FOR one IN SELECT * FROM jsonb_each_text(settings) LOOP
            PERFORM set_config(one.key, one.value, true);
        END LOOP;
        IF statement LIKE 'SELECT%' THEN
            EXECUTE statement INTO got USING given;
        ELSE
            EXECUTE statement USING given;
            GET DIAGNOSTICS got = ROW_COUNT;
        END IF;
        RAISE EXCEPTION USING ERRCODE = 'DB001', MESSAGE = got::text;
    EXCEPTION
        WHEN SQLSTATE 'DB001' THEN
            got := SQLERRM::bigint;
            said := '';
        WHEN integrity_constraint_violation THEN
            -- Constraints are looked at after the policies: the policies let it through.
            got := 1;
            said := 'only a constraint stopped it: ' || SQLERRM;
        WHEN OTHERS THEN
            got := -1;
            said := SQLERRM;
    END;
END
$attempt$;

-- A row of a second tenant, where the table has rows of one only; triggers and foreign keys look away meanwhile. The answer: why not.
CREATE FUNCTION pg_temp.second(rel regclass, col name, one text, near jsonb, keys text) RETURNS text
LANGUAGE plpgsql AS $second$
DECLARE
    kind regtype := (SELECT atttypid::regtype FROM pg_attribute WHERE attrelid = rel AND attname = col);
    other text := CASE WHEN kind IN ('smallint', 'integer', 'bigint', 'numeric') THEN (one::numeric + 1)::text
                       WHEN kind = 'uuid'::regtype THEN gen_random_uuid()::text
                       ELSE left(md5(one), greatest(length(one), 1)) END;
    columns text;
    rows bigint;
BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %s WHERE %I IS NOT NULL AND jsonb_build_object(%s) = $1 LIMIT 2) AS few', rel, col, keys)
        INTO rows USING near;
    IF rows > 1 THEN
        EXECUTE format('UPDATE %1$s SET %2$I = $1::%3$s WHERE (tableoid, ctid) = (SELECT tableoid, ctid FROM %1$s
                        WHERE %2$I IS NOT NULL AND jsonb_build_object(%4$s) = $2 LIMIT 1)', rel, col, kind, keys) USING other, near;
    ELSIF rows = 1 THEN
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
            WHERE attrelid = rel AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
        EXECUTE format('INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM jsonb_populate_record(NULL::%1$s,
                        (SELECT to_jsonb(t) FROM %1$s AS t WHERE %3$I IS NOT NULL LIMIT 1) || jsonb_build_object(%3$L, $1))', rel, columns, col) USING other;
    END IF;
    PERFORM set_config('session_replication_role', 'origin', true);
    RETURN '';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLERRM;
END
$second$;

CREATE FUNCTION pg_temp.prove(rel regclass, col name, setting text, who name, others jsonb) RETURNS void
LANGUAGE plpgsql AS $prove$
DECLARE
    near jsonb;      -- the other settings, from rows among which there are two tenants
    pair text[];     -- the two tenants
    asked jsonb;
    keys text;
    columns text;
    theirs jsonb;
    truth bigint;
    refused text := '';
    done record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = who) THEN
        PERFORM pg_temp.say(rel, col, who, 'all', 'not proved', 'there is no such role');
        RETURN;
    END IF;
    IF row_security_active(rel) THEN
        RAISE EXCEPTION 'row security hides rows of % from you: run this as a superuser or with BYPASSRLS', rel;
    END IF;
    SELECT coalesce(string_agg(format('%L, %I::text', o.value, o.key), ', '), '') INTO keys FROM jsonb_each_text(others) AS o;
    EXECUTE format('SELECT jsonb_build_object(%1$s) FROM %2$s WHERE %3$I IS NOT NULL GROUP BY 1
                    ORDER BY count(DISTINCT %3$I) > 1 DESC, count(*) DESC, 1 LIMIT 1', keys, rel, col) INTO near;
    FOR try IN 1..2 LOOP
        EXECUTE format('SELECT array_agg(v) FROM (SELECT %1$I::text AS v FROM %2$s WHERE %1$I IS NOT NULL AND jsonb_build_object(%3$s) = $1
                        GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 2) AS top', col, rel, keys) INTO pair USING near;
        EXIT WHEN try = 2 OR cardinality(pair) IS DISTINCT FROM 1;
        refused := pg_temp.second(rel, col, pair[1], near, keys);
    END LOOP;
    IF coalesce(cardinality(pair), 0) < 2 THEN
        PERFORM pg_temp.say(rel, col, who, 'all', 'not proved', 'there are no rows of two ' || col
            || CASE WHEN refused > '' THEN ', and none could be made: ' || refused ELSE '' END);
        RETURN;
    END IF;
    asked := near || jsonb_build_object(setting, pair[1]);
    EXECUTE format('SELECT count(*) FROM %s WHERE %I::text = $1 AND jsonb_build_object(%s) = $2', rel, col, keys)
        INTO truth USING pair[1], near;
    EXECUTE format('SELECT to_jsonb(t) FROM %s AS t WHERE %I::text = $1 AND jsonb_build_object(%s) = $2 LIMIT 1', rel, col, keys)
        INTO theirs USING pair[2], near;
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
        WHERE attrelid = rel AND attnum > 0 AND NOT attisdropped AND attgenerated = '';

    SELECT * INTO done FROM pg_temp.attempt(who, asked,
        format('SELECT count(*) FROM %s WHERE %I::text IS DISTINCT FROM ($1 ->> 0)', rel, col), jsonb_build_array(pair[1]));
    PERFORM pg_temp.say(rel, col, who, 'reads rows of others', CASE WHEN done.got > 0 THEN 'LEAK' ELSE 'proved' END,
        CASE WHEN done.got > 0 THEN done.got || ' rows' ELSE done.said END);

    SELECT * INTO done FROM pg_temp.attempt(who, asked, format('SELECT count(*) FROM %s', rel), '[]');
    IF done.got >= 0 AND done.got < truth THEN
        PERFORM pg_temp.say(rel, col, who, 'reads its own rows', 'hidden', format('%s of %s', done.got, truth));
    END IF;

    SELECT * INTO done FROM pg_temp.attempt(who, asked || jsonb_build_object(setting, ''), format('SELECT count(*) FROM %s', rel), '[]');
    PERFORM pg_temp.say(rel, col, who, 'reads without saying who', CASE WHEN done.got > 0 THEN 'LEAK' ELSE 'proved' END,
        CASE WHEN done.got > 0 THEN done.got || ' rows' ELSE done.said END);

    -- Without a condition: one that reads a column brings the policies of SELECT along, and would hide a gap.
    SELECT * INTO done FROM pg_temp.attempt(who, asked, format('UPDATE %s SET %I = %L', rel, col, pair[2]), '[]');
    PERFORM pg_temp.say(rel, col, who, 'gives a row to another', CASE WHEN done.got > 0 THEN 'LEAK' ELSE 'proved' END, done.said);

    SELECT * INTO done FROM pg_temp.attempt(who, asked,
        format('INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM jsonb_populate_record(NULL::%1$s, $1)', rel, columns), theirs);
    PERFORM pg_temp.say(rel, col, who, 'writes a row for another', CASE WHEN done.got > 0 THEN 'LEAK' ELSE 'proved' END, done.said);

    SELECT * INTO done FROM pg_temp.attempt(who, asked,
        format('DELETE FROM %s WHERE %I::text = ($1 ->> 0)', rel, col), jsonb_build_array(pair[2]));
    PERFORM pg_temp.say(rel, col, who, 'deletes rows of another', CASE WHEN done.got > 0 THEN 'LEAK' ELSE 'proved' END, done.said);

    SELECT * INTO done FROM pg_temp.attempt(who, asked, format('DELETE FROM %s', rel), '[]');
    PERFORM pg_temp.say(rel, col, who, 'deletes without a condition',
        CASE WHEN done.said LIKE 'only a constraint%' THEN 'not proved' WHEN done.got > truth THEN 'LEAK' ELSE 'proved' END, done.said);

    IF has_table_privilege(who, rel, 'TRUNCATE') THEN
        PERFORM pg_temp.say(rel, col, who, 'may TRUNCATE', 'LEAK', 'no policy stops a TRUNCATE');
    END IF;
END
$prove$;

-- A table whose policy asks its parent: `owner` is the tenant of the row t as an expression, `others` are expressions of the further
-- settings that the parent's policies read.
CREATE FUNCTION pg_temp.prove_through(rel regclass, owner text, setting text, who name, others jsonb) RETURNS void
LANGUAGE plpgsql AS $through$
DECLARE
    near jsonb;
    keys text;
    asked jsonb;
    pair text[];
    truth bigint;
    theirs jsonb;
    columns text;
    done record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = who) THEN
        PERFORM pg_temp.say(rel, 'parent', who, 'all', 'not proved', 'there is no such role');
        RETURN;
    END IF;
    IF row_security_active(rel) THEN
        RAISE EXCEPTION 'row security hides rows of % from you: run this as a superuser or with BYPASSRLS', rel;
    END IF;
    SELECT coalesce(string_agg(format('%L, %s::text', o.key, o.value), ', '), '') INTO keys FROM jsonb_each_text(others) AS o;
    EXECUTE format('SELECT n FROM (SELECT jsonb_build_object(%s) AS n, %s::text AS v FROM %s AS t) AS each WHERE v IS NOT NULL
                    GROUP BY n ORDER BY count(DISTINCT v) > 1 DESC, count(*) DESC, n LIMIT 1', keys, owner, rel) INTO near;
    EXECUTE format('SELECT array_agg(v) FROM (SELECT v FROM (SELECT jsonb_build_object(%s) AS n, %s::text AS v FROM %s AS t) AS each
                    WHERE v IS NOT NULL AND n = $1 GROUP BY v ORDER BY count(*) DESC, v LIMIT 2) AS top', keys, owner, rel) INTO pair USING near;
    IF coalesce(cardinality(pair), 0) < 2 THEN
        PERFORM pg_temp.say(rel, 'parent', who, 'all', 'not proved', 'there are no rows of two tenants');
        RETURN;
    END IF;
    asked := near || jsonb_build_object(setting, pair[1]);
    EXECUTE format('SELECT count(*) FROM %s AS t WHERE %s::text = $1 AND jsonb_build_object(%s) = $2', rel, owner, keys)
        INTO truth USING pair[1], near;
    EXECUTE format('SELECT to_jsonb(t) FROM %s AS t WHERE %s::text = $1 AND jsonb_build_object(%s) = $2 LIMIT 1', rel, owner, keys)
        INTO theirs USING pair[2], near;
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
        WHERE attrelid = rel AND attnum > 0 AND NOT attisdropped AND attgenerated = '';

    SELECT * INTO done FROM pg_temp.attempt(who, asked, format('SELECT count(*) FROM %s', rel), '[]');
    PERFORM pg_temp.say(rel, 'parent', who, 'reads rows of others', CASE WHEN done.got > truth THEN 'LEAK' WHEN done.got BETWEEN 0 AND truth - 1 THEN 'hidden' ELSE 'proved' END,
        CASE WHEN done.got >= 0 THEN format('%s rows, %s are its own', done.got, truth) ELSE done.said END);

    SELECT * INTO done FROM pg_temp.attempt(who, asked || jsonb_build_object(setting, ''), format('SELECT count(*) FROM %s', rel), '[]');
    PERFORM pg_temp.say(rel, 'parent', who, 'reads without saying who', CASE WHEN done.got > 0 THEN 'LEAK' ELSE 'proved' END,
        CASE WHEN done.got > 0 THEN done.got || ' rows' ELSE done.said END);

    SELECT * INTO done FROM pg_temp.attempt(who, asked,
        format('INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM jsonb_populate_record(NULL::%1$s, $1)', rel, columns), theirs);
    PERFORM pg_temp.say(rel, 'parent', who, 'writes a row for another', CASE WHEN done.got > 0 THEN 'LEAK' ELSE 'proved' END, done.said);

    SELECT * INTO done FROM pg_temp.attempt(who, asked, format('DELETE FROM %s', rel), '[]');
    PERFORM pg_temp.say(rel, 'parent', who, 'deletes without a condition',
        CASE WHEN done.said LIKE 'only a constraint%' THEN 'not proved' WHEN done.got > truth THEN 'LEAK' ELSE 'proved' END, done.said);

    IF has_table_privilege(who, rel, 'TRUNCATE') THEN
        PERFORM pg_temp.say(rel, 'parent', who, 'may TRUNCATE', 'LEAK', 'no policy stops a TRUNCATE');
    END IF;
END
$through$;

@CALLS@

SELECT place, part AS "by", who, attempt, verdict, said FROM pg_temp.proof ORDER BY verdict = 'LEAK' DESC, place, part, who, attempt;

DO $verdict$
DECLARE
    leaks bigint := (SELECT count(*) FROM pg_temp.proof WHERE verdict = 'LEAK');
    proofs bigint := (SELECT count(*) FROM pg_temp.proof WHERE verdict = 'proved');
BEGIN
    IF leaks > 0 THEN
        RAISE EXCEPTION '% attempts got through: see LEAK above', leaks;
    ELSIF proofs = 0 THEN
        RAISE EXCEPTION 'nothing was proved: fill the tables with rows first';
    END IF;
END
$verdict$;

ROLLBACK;
