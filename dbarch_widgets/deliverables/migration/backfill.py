"""Values for rows that are there already: in batches along a key, with a pause, from where it stopped."""

from __future__ import annotations

from dbarch_widgets.deliverables.migration.locks import locks
from dbarch_widgets.deliverables.migration.step import STATE, Step
from dbarch_widgets.model.schema import Table
from dbarch_widgets.sql.write.postgres.functions import dollar_quoted
from dbarch_widgets.sql.write.postgres.names import qualified
from dbarch_widgets.sql.write.words import literal, named, names

BATCH = 5_000
PAUSE = 0.05
BLOCKS = 256  # 2 MB of a table


def backfill(table: Table, column: str, value: str, state: str = STATE) -> Step:
    """Fills the column where it is NULL: by ranges of the primary key, or of the table's pages where it has none.

    `value` may name columns of the row as `filled.column`; `state` is the schema that remembers how far it came.
    """
    key = table.primary_key.columns if table.primary_key and column not in table.primary_key.columns else ()
    block = (
        _by_key(table, column, value, key, state)
        if key and table.kind == "table"
        else _by_pages(table, column, value, state)
    )
    how = f"ranges of {', '.join(key)}" if key and table.kind == "table" else "ranges of its pages"
    return Step(
        f"Fill {column} of {table.qname} in batches",
        (f"DO {dollar_quoted(block)}",),
        (),
        table.qname,
        (column,),
        locks("UPDATE in batches", table.qname),
        (),
        transaction=False,
        notes=(
            f"In {how}, each batch committed, {PAUSE} s between them: rows are locked for a moment only.",
            f"When it is interrupted it goes on from the last batch, which is in {state}.backfill.",
        ),
    )


def _name(table: Table, column: str) -> str:
    return literal(f"{table.schema}.{table.name}.{column}")


def _by_key(table: Table, column: str, value: str, key: tuple[str, ...], state: str) -> str:
    place, name = qualified(table.qname), _name(table, column)
    declared = "\n".join(
        f"    at_{n} {place}.{named(part)}%TYPE;\n    to_{n} {place}.{named(part)}%TYPE;" for n, part in enumerate(key)
    )
    at_, to = (", ".join(f"{word}_{n}" for n in range(len(key))) for word in ("at", "to"))
    key_list = names(key)
    read = "\n".join(f"        at_{n} := reached ->> {n};" for n in range(len(key)))
    array = ", ".join(f"to_{n}::text" for n in range(len(key)))
    return f"""
DECLARE
    reached jsonb;
{declared}
BEGIN
    SELECT b.reached INTO reached FROM {state}.backfill AS b WHERE b.what = {name};
    IF reached IS NULL THEN
        SELECT {key_list} INTO {at_} FROM {place} ORDER BY {key_list} LIMIT 1;
        IF NOT FOUND THEN
            RETURN;
        END IF;
    ELSE
{read}
    END IF;
    LOOP
        -- The last key of this batch: the one {BATCH:,} rows on, or the largest.
        SELECT {key_list} INTO {to} FROM {place} WHERE ({key_list}) >= ({at_}) ORDER BY {key_list} OFFSET {BATCH} LIMIT 1;
        IF NOT FOUND THEN
            SELECT {key_list} INTO {to} FROM {place} ORDER BY {", ".join(named(part) + " DESC" for part in key)} LIMIT 1;
            EXIT WHEN NOT FOUND;
        END IF;
        UPDATE {place} AS filled SET {named(column)} = {value}
            WHERE ({key_list}) >= ({at_}) AND ({key_list}) <= ({to}) AND {named(column)} IS NULL;
        INSERT INTO {state}.backfill (what, reached) VALUES ({name}, jsonb_build_array({array}))
            ON CONFLICT (what) DO UPDATE SET reached = excluded.reached;
        COMMIT;
        EXIT WHEN ({to}) = ({at_});
        {" ".join(f"at_{n} := to_{n};" for n in range(len(key)))}
        PERFORM pg_sleep({PAUSE});
    END LOOP;
    DELETE FROM {state}.backfill AS b WHERE b.what = {name};
    COMMIT;
END
"""


def _by_pages(table: Table, column: str, value: str, state: str) -> str:
    """Each table below a partitioned one by itself. Rows that are written meanwhile have a value by the default."""
    place, name = literal(qualified(table.qname)), _name(table, column)
    update = (
        f"UPDATE ONLY %s AS filled SET {named(column)} = {value} "
        f"WHERE ctid >= format('(%%s,0)', $1)::tid AND ctid < format('(%%s,0)', $2)::tid AND {named(column)} IS NULL"
    )
    return f"""
DECLARE
    one regclass;
    page bigint;
    pages bigint;
    reached jsonb;
BEGIN
    FOR one IN SELECT relid FROM pg_partition_tree({place}::regclass) WHERE isleaf
               UNION SELECT {place}::regclass WHERE NOT EXISTS (SELECT FROM pg_partition_tree({place}::regclass)) ORDER BY 1
    LOOP
        SELECT b.reached INTO reached FROM {state}.backfill AS b WHERE b.what = {name} || ':' || one::oid;
        page := coalesce((reached ->> 0)::bigint, 0);
        pages := pg_relation_size(one) / current_setting('block_size')::bigint;
        WHILE page <= pages LOOP
            EXECUTE format({literal(update)}, one) USING page, page + {BLOCKS};
            page := page + {BLOCKS};
            INSERT INTO {state}.backfill (what, reached) VALUES ({name} || ':' || one::oid, jsonb_build_array(page))
                ON CONFLICT (what) DO UPDATE SET reached = excluded.reached;
            COMMIT;
            PERFORM pg_sleep({PAUSE});
        END LOOP;
    END LOOP;
    DELETE FROM {state}.backfill AS b WHERE b.what LIKE {literal(_like(f"{table.schema}.{table.name}.{column}") + ":%")};
    COMMIT;
END
"""


def _like(text: str) -> str:
    return "".join("\\" + letter if letter in "\\%_" else letter for letter in text)
