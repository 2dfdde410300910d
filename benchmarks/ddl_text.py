"""DDL of any size for the benchmarks: half of it as people write it, half as pg_dump does."""

from __future__ import annotations

import random
from collections.abc import Iterator

KINDS = (
    "text NOT NULL DEFAULT ''",
    "character varying(120)",
    "numeric(12,2) DEFAULT 0 NOT NULL",
    "timestamp with time zone DEFAULT now() NOT NULL",
    "boolean DEFAULT false NOT NULL",
    "jsonb DEFAULT '{}'::jsonb",
    "integer",
    "date",
    "uuid DEFAULT gen_random_uuid()",
    "bigint",
)


def ddl(tables: int, foreign_keys: int, *, seed: int = 1) -> str:
    """PostgreSQL DDL of that many tables and foreign keys, about 1,400 characters for each table.

    Every table has a key, columns of ten types, defaults, checks, indexes (one of them partial) and comments. The first
    half is written by hand, inline; the second as pg_dump writes it, constraints by ALTER TABLE at the end.
    """
    random_ = random.Random(seed)
    parents = _parents(tables, foreign_keys, random_)
    half = tables // 2
    parts = [part for number in range(half) for part in _by_hand(number, parents[number], random_)]
    parts.append("SELECT pg_catalog.set_config('search_path', '', false);")
    late: list[str] = []
    for number in range(half, tables):
        now, then = _dumped(number, parents[number], random_)
        parts += now
        late += then
    return "\n\n".join(parts + late) + "\n"


def _parents(tables: int, foreign_keys: int, random_: random.Random) -> list[list[int]]:
    """For each table the earlier tables that it points at."""
    parents: list[list[int]] = [[] for _ in range(tables)]
    for number in range(foreign_keys):
        child = 1 + number % (tables - 1)
        parents[child].append(random_.randrange(child))
    return parents


def _columns(random_: random.Random) -> Iterator[tuple[str, str]]:
    for number in range(10):
        yield f"column_{number}", random_.choice(KINDS)


def _by_hand(number: int, parents: list[int], random_: random.Random) -> Iterator[str]:
    lines = ["id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"]
    lines += [
        f"parent_{place}_id bigint NOT NULL REFERENCES table_{parent} (id) ON DELETE CASCADE"
        for place, parent in enumerate(parents)
    ]
    lines += [f"{name} {kind}" for name, kind in _columns(random_)]
    lines += ["status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'paid', 'gone'))", "amount integer"]
    lines += ["UNIQUE (status, amount)", f"CONSTRAINT positive_{number} CHECK (amount > 0 AND amount < 1000000)"]
    yield f"CREATE TABLE table_{number} (\n    " + ",\n    ".join(lines) + "\n);"
    for place in range(len(parents)):
        yield f"CREATE INDEX ON table_{number} (parent_{place}_id);"
    yield f"CREATE INDEX table_{number}_open ON table_{number} (amount DESC, lower(status)) WHERE status = 'open';"
    yield f"COMMENT ON TABLE table_{number} IS 'What table {number} is good for';"
    yield f"COMMENT ON COLUMN table_{number}.amount IS 'in cents';"


def _dumped(number: int, parents: list[int], random_: random.Random) -> tuple[list[str], list[str]]:
    table = f"public.table_{number}"
    lines = ["id bigint NOT NULL"]
    lines += [f"parent_{place}_id bigint NOT NULL" for place in range(len(parents))]
    lines += [f"{name} {kind}" for name, kind in _columns(random_)]
    lines += ["status text DEFAULT 'open'::text NOT NULL", "amount integer"]
    lines += ["CONSTRAINT status_check CHECK ((status = ANY (ARRAY['open'::text, 'paid'::text, 'gone'::text])))"]
    now = [
        f"CREATE TABLE {table} (\n    " + ",\n    ".join(lines) + "\n);",
        f"CREATE SEQUENCE {table}_id_seq START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;",
        f"ALTER SEQUENCE {table}_id_seq OWNED BY {table}.id;",
        f"COMMENT ON TABLE {table} IS 'What table {number} is good for';",
        f"ALTER TABLE ONLY {table} ALTER COLUMN id SET DEFAULT nextval('{table}_id_seq'::regclass);",
    ]
    only = f"ALTER TABLE ONLY {table}\n    ADD CONSTRAINT table_{number}"
    late = [f"{only}_pkey PRIMARY KEY (id);", f"{only}_status_amount_key UNIQUE (status, amount);"]
    late += [
        f"CREATE INDEX table_{number}_{place} ON {table} USING btree (parent_{place}_id);"
        for place in range(len(parents))
    ]
    late += [
        f"{only}_parent_{place}_fkey FOREIGN KEY (parent_{place}_id) REFERENCES public.table_{parent}(id) ON DELETE CASCADE;"
        for place, parent in enumerate(parents)
    ]
    return now, late
