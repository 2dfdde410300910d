"""The hash of a schema: the same for the same schema, another for another one."""

from __future__ import annotations

from dbarch_widgets import review
from dbarch_widgets.render.provenance import reviewed, schema_hash
from dbarch_widgets.render.report_html import report_html
from dbarch_widgets.reviewing.sources import read_schema

SQL = "CREATE TABLE t (id bigint PRIMARY KEY, name text);"


def test_the_hash_looks_at_what_is_said_and_not_at_how_it_is_laid_out() -> None:
    one, same, other = (
        read_schema(text) for text in (SQL, f"-- a comment\n\n{SQL}", SQL.replace("text", "text NOT NULL"))
    )
    assert schema_hash(one) == schema_hash(same)
    assert schema_hash(one) != schema_hash(other)


def test_a_report_says_which_schema_was_reviewed() -> None:
    made = review(SQL)
    assert reviewed(made.schema)["tables"] == 1
    assert schema_hash(made.schema) in report_html(made)
