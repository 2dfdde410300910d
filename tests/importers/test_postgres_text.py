"""What only a text can have: psql's commands, COPY data, odd characters, statements far apart, thousands of columns."""

from __future__ import annotations

import pytest

from dbarch_widgets.importers.postgres.expressions import canonical
from dbarch_widgets.importers.postgres.literals import interval, jsonb
from dbarch_widgets.importers.postgres.read import read_postgres
from dbarch_widgets.model.report import ImportReport

DUMP = r"""
\restrict abc
\connect other
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.first (id integer NOT NULL, note text);
COPY public.first (id, note) FROM stdin;
1	CREATE TABLE public.not_a_table (id integer);
2	it's; $$ "odd" \N
\.
\i more.sql
CREATE TABLE public.second (id integer PRIMARY KEY);
COPY public.second (id) FROM stdin;
\.
CREATE FUNCTION public.f() RETURNS integer LANGUAGE plpgsql AS $body$
BEGIN
    RETURN 1; -- CREATE TABLE public.not_this_either (id integer);
END $body$;
ALTER TABLE ONLY public.first ADD CONSTRAINT first_pkey PRIMARY KEY (id);
\unrestrict abc
"""


def accounted(report: ImportReport) -> bool:
    parts = report.understood + report.partly + report.skipped + report.not_understood
    return report.statements == parts


def test_a_dump_with_data_and_psql_commands() -> None:
    schema = read_postgres(DUMP)
    assert [table.name for table in schema.tables] == ["first", "second"]
    assert schema.table("first").primary_key
    assert accounted(schema.report)
    said = {problem.statement.split()[0]: (problem.line, problem.effect) for problem in schema.report.problems}
    assert said == {"\\connect": (3, "skipped"), "\\i": (10, "not_understood")}


def test_line_numbers_are_those_of_the_text_whatever_characters_it_has() -> None:
    text = '-- ä\nCREATE TABLE "名" (\n  id integer, -- 🦆\n  "é" text\n);\nCREATE TABLE broken (;\n' * 3
    schema = read_postgres(text)
    assert [(column.name, column.line) for column in schema.table("名").columns] == [("id", 3), ("é", 4)]
    lines = [problem.line for problem in schema.report.problems]
    assert lines == [6, 8, 12, 14, 18]


def test_a_clean_text_and_a_torn_one_give_the_same_tables() -> None:
    statements = [f"CREATE TABLE t{n} (id integer PRIMARY KEY, t{n} text DEFAULT 'x;');" for n in range(300)]
    clean = read_postgres("\n".join(statements))
    torn = read_postgres("\n".join(part for each in statements for part in (each, "CREATE TABEL typo (id integer);")))
    assert [table.columns[1].default for table in clean.tables] == ["'x;'"] * 300
    assert [table.name for table in torn.tables] == [table.name for table in clean.tables]
    assert (torn.report.understood, torn.report.not_understood) == (300, 300)


def test_a_comment_that_looks_like_the_end_of_a_statement() -> None:
    long = "\n".join(f"COMMENT ON TABLE a IS 'number {n}';" for n in range(3000))
    schema = read_postgres(
        f"CREATE TABLE a (id integer);\n{long}\nALTER TABLE a ADD COLUMN b integer -- ;\n NOT NULL;\n"
    )
    assert not schema.table("a").column("b").nullable
    assert schema.report.complete


def test_three_thousand_columns() -> None:
    columns = ", ".join(f"c{n} numeric(10, 2) DEFAULT 0 NOT NULL" for n in range(3000))
    schema = read_postgres(f"CREATE TABLE wide ({columns}, PRIMARY KEY (c0, c2999));")
    assert len(schema.table("wide").columns) == 3000
    assert schema.table("wide").columns[2999].type == "numeric(10,2)"


def test_columns_spelled_alike_keep_their_own_names_types_and_lines() -> None:
    schema = read_postgres(
        'CREATE TABLE a (x text NOT NULL, "x y" text NOT NULL,\n z\ttext NOT NULL, w/**/text NOT NULL, "v"text, s serial);'
        "CREATE TABLE b (x text NOT NULL,\n s serial, m mood);"
        "CREATE SCHEMA app; SET search_path = app; CREATE TYPE mood AS ENUM ('a'); CREATE TABLE c (m mood, n mood);"
    )
    assert [(c.name, c.type, c.nullable) for c in schema.table("a").columns[:5]] == [
        ("x", "text", False), ("x y", "text", False), ("z", "text", False), ("w", "text", False), ("v", "text", True),
    ]  # fmt: skip
    assert [schema.table(name).column("s").default for name in "ab"] == [
        "nextval('a_s_seq'::regclass)",
        "nextval('b_s_seq'::regclass)",
    ]
    assert [column.type for column in schema.table("app.c").columns] == ["app.mood", "app.mood"]


def test_nul_and_broken_characters_are_named() -> None:
    schema = read_postgres("CREATE TABLE a (id integer);\x00\nCREATE TABLE b (\ud800 integer);\nCREATE TABLE c ();")
    assert schema.find("a")
    assert schema.find("c")
    assert "2 characters that no database stores" in schema.report.notes[0]


def test_nesting_beyond_the_grammars_depth_is_reported() -> None:
    schema = read_postgres(
        f"CREATE TABLE a (id integer);\nCREATE VIEW v AS SELECT {'+'.join('1' * 400)};\nDROP TABLE a;"
    )
    (problem,) = schema.report.problems
    assert (problem.line, problem.effect) == (2, "not_understood")
    assert "nested too deeply" in problem.reason


@pytest.mark.parametrize(
    ("written", "form"),
    [
        (
            "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            "status IN ('a', 'b')",
        ),
        ("((n >= (0)::numeric) AND (n <= (100)::numeric))", "n BETWEEN 0 AND 100"),
        ("(lower((status)::text) ~~ 'x%'::text)", "lower(status) LIKE 'x%'"),
        ("(at < (now() - '24:00:00'::interval))", "at < now() - '24:00:00'::interval"),
        ("at < now() - interval '24 hours'", "at < now() - '24:00:00'::interval"),
        ("((qty)::numeric * n)", "qty * n"),
        ("qty::text = status", "qty::text = status"),
        ("(owner = ( SELECT uid() AS uid))", "owner = (SELECT uid())"),
        ("not sql at all (", "not sql at all ("),
    ],
)
def test_the_form_that_people_write(written: str, form: str) -> None:
    types = {
        "status": "character varying(10)",
        "n": "numeric(12,2)",
        "qty": "integer",
        "at": "timestamp with time zone",
        "owner": "text",
    }
    assert canonical(written, None, types) == form
    assert canonical(form, None, types) == form


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("24 hours", "24:00:00"),
        ("1 day 02:03", "1 day 02:03:00"),
        ("1 year 2 months", "1 year 2 mons"),
        ("-3 days", "-3 days"),
        ("1 week", "7 days"),
        ("0", "0"),
        ("P1D", "P1D"),
    ],
)
def test_intervals_are_printed_as_postgresql_does(written: str, stored: str) -> None:
    assert interval(written) == stored


def test_jsonb_has_its_own_order_and_spaces() -> None:
    assert jsonb('{"bb":1.50,"a":[true,null]}') == '{"a": [true, null], "bb": 1.50}'
    assert jsonb("{not json") == "{not json"


def test_a_block_of_code_says_what_was_read_of_it() -> None:
    schema = read_postgres(
        """CREATE TABLE a (id integer);
        DO $$ BEGIN
            FOR i IN 1..3 LOOP EXECUTE format('CREATE TABLE t%s (id integer)', i); END LOOP;
            IF true THEN ALTER TABLE a ADD COLUMN b text; END IF;
        END $$;
        DO $$ BEGIN RAISE NOTICE 'hello'; END $$;
        DO LANGUAGE plperl 'x';
        DO $$ BEGIN IF current_setting('server_version_num')::int < 100000 THEN DROP TABLE a; END IF; END $$;
        CREATE FUNCTION made(name text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE m (id integer); END $$;
        CREATE FUNCTION kept() RETURNS int LANGUAGE sql AS 'SELECT 1';
        SELECT kept();
        SELECT made('x');"""
    )
    assert [table.name for table in schema.tables] == ["a", "m"]
    assert schema.tables[0].column_names == ("id", "b")
    assert [(problem.effect, problem.reason) for problem in schema.report.problems] == [
        (
            "partly",
            "1 statement inside was read as if run; conditions were not evaluated; what its loops and EXECUTE make is not known",
        ),
        ("partly", "nothing in it makes an object"),
        ("partly", "the code of a DO block is not run; what it makes is not known"),
        ("partly", "the code of a DO block is not run; what it makes is not known"),
        ("partly", "1 statement inside was read as if run"),
    ]
    assert schema.report.skipped == 1


def test_columns_of_a_block_are_not_taken_for_columns_of_the_text() -> None:
    """A column's text is looked up by its place, and inside a block there are other places."""
    text = "CREATE TABLE a (one integer NOT NULL, two text DEFAULT 'x');\n" * 1
    inside = "DO $$ BEGIN CREATE TABLE b (id integer,   one text, two integer NOT NULL, three date); END $$;"
    schema = read_postgres(text + inside)
    assert [(column.name, column.type, column.nullable) for column in schema.tables[1].columns] == [
        ("id", "integer", True),
        ("one", "text", True),
        ("two", "integer", False),
        ("three", "date", True),
    ]
    assert {column.line for column in schema.tables[1].columns} == {2}


def test_placeholders_are_read_as_names() -> None:
    schema = read_postgres(
        """CREATE TABLE @extschema@.part_config (id integer, CHECK (id > 0));
        CREATE TABLE ${schema}.jobs (id integer REFERENCES @extschema@.part_config);
        CREATE TABLE {{ owner }}.runs (id integer);
        CREATE TABLE :"mine".a (id integer);
        CREATE TABLE :mine.b (id integer, at timestamp DEFAULT now()::timestamp);
        CREATE TABLE plain (id integer);
        CREATE FUNCTION @extschema@.f() RETURNS int LANGUAGE plpgsql AS $$
        BEGIN
            CREATE TABLE not_here (id integer);
        END $$;"""
    )
    assert [str(table.qname) for table in schema.tables] == [
        "extschema.part_config",
        "schema.jobs",
        "owner.runs",
        "mine.a",
        "mine.b",
        "plain",
    ]
    assert schema.tables[1].foreign_keys[0].target == ("extschema", "part_config")
    assert schema.report.not_understood == 0
    assert "the placeholder @extschema@ was read as the name extschema" in schema.report.notes
    assert len(schema.report.notes) == 5


def test_a_valid_foreign_key_of_a_partition_becomes_part_of_the_one_on_the_whole() -> None:
    text = """CREATE TABLE p (id bigint PRIMARY KEY);
        CREATE TABLE c (at date NOT NULL, p_id bigint NOT NULL) PARTITION BY RANGE (at);
        CREATE TABLE c1 PARTITION OF c FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        ALTER TABLE c1 ADD CONSTRAINT own FOREIGN KEY (p_id) REFERENCES p (id) NOT VALID;
        {valid}ALTER TABLE c ADD CONSTRAINT whole FOREIGN KEY (p_id) REFERENCES p (id);"""
    for valid, left in (("ALTER TABLE c1 VALIDATE CONSTRAINT own; ", []), ("", ["own"])):
        schema = read_postgres(text.replace("{valid}", valid))
        assert [key.name for key in schema.table("c1").foreign_keys] == left
        assert [key.name for key in schema.table("c").foreign_keys] == ["whole"]
