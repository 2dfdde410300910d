"""Statements of a fix as an experiment can run them, and queries rewritten as trees."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.evidence.base import CannotMeasure, Case
from dbarch_widgets.evidence.lab import Lab
from dbarch_widgets.sql.placeholders import replace_placeholders
from dbarch_widgets.sql.sqlglot_errors import quiet

_CONCURRENTLY = re.compile(r"\s+CONCURRENTLY\b", re.IGNORECASE)
_MARK = "dbarch_value_of_"
_MARKED = re.compile(rf'"?{_MARK}(\w+)"?')
_INDEXES = """SELECT format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c
 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid >= 16384 AND c.relkind IN ('i', 'I') AND NOT c.relispartition"""


def fix_statements(case: Case) -> list[str]:
    """The statements of the finding's fix, fit for a transaction.

    Raises:
        CannotMeasure: it has no fix.
    """
    from dbarch_widgets.engines.postgres_text import statements

    if case.finding.fix is None:
        raise CannotMeasure("there is no SQL to try")
    return [_CONCURRENTLY.sub("", statement) for _, statement in statements(case.finding.fix.sql)]


def make_indexes(lab: Lab, statements: list[str]) -> list[str]:
    """Run statements that make indexes; returns those that drop them again.

    Raises:
        CannotMeasure: they made none.
    """
    before = {name for (name,) in lab.execute(_INDEXES).rows}
    for statement in statements:
        lab.execute(statement)
    made = sorted({name for (name,) in lab.execute(_INDEXES).rows} - before)
    if not made:
        raise CannotMeasure("its SQL makes no index")
    return [f"DROP INDEX {name}" for name in made]


def rewritten(sql: str, change: Callable[[Any], Any]) -> str:
    """A statement with `:name` parameters, its tree changed: `change` gets the root and gives the new one.

    Raises:
        CannotMeasure: it does not parse.
    """
    from sqlglot import parse_one
    from sqlglot.errors import SqlglotError

    try:
        marked = replace_placeholders(sql.strip().rstrip(";"), lambda name: f"{_MARK}{name}")
        with quiet():
            tree = parse_one(marked, dialect="postgres")
    except (SqlglotError, InputError, RecursionError) as error:
        raise CannotMeasure("its query cannot be rewritten here") from error
    return _MARKED.sub(r":\1", change(tree).sql(dialect="postgres"))


def is_value(node: Any) -> bool:
    """Whether a node of a tree given to `rewritten` is a parameter."""
    from sqlglot import exp

    return isinstance(node, exp.Column) and node.name.startswith(_MARK)


def value_name(node: Any) -> str:
    """The name of the parameter that the node is."""
    return str(node.name).removeprefix(_MARK)
