"""EXPLAIN against relations whose files are mostly holes: plans only, nothing is ever executed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dbarch_widgets.errors import EngineError, InputError
from dbarch_widgets.miniature.cluster import Cluster
from dbarch_widgets.model.plan import Plan
from dbarch_widgets.plans.postgres import plan_from_postgres
from dbarch_widgets.sql.names import quote
from dbarch_widgets.sql.placeholders import parameters as names_in
from dbarch_widgets.sql.placeholders import replace_placeholders

# What a PostgreSQL has that nobody configured; the throw-away server has parallel plans off for other uses.
PLANNER = {"max_parallel_workers_per_gather": "2"}
_SETTABLE = (
    "cost",
    "enable_",
    "work_mem",
    "hash_mem",
    "effective_",
    "parallel",
    "geqo",
    "collapse_limit",
    "plan_cache",
    "cursor_tuple",
    "constraint_exclusion",
    "jit",
    "recursive_worktable",
    "partition",
)


@dataclass(frozen=True)
class Statement:
    """One statement to plan, with the values of its `:name` parameters."""

    name: str
    sql: str
    values: Mapping[str, object]


class Explainer:
    """One connection that plans and can do nothing else: read only, one statement at a time, with EXPLAIN before it.

    Args:
        cluster: where.
        settings: the planner's settings by name, as production has them; they win over PostgreSQL's own defaults.

    Raises:
        InputError: a setting is none of the planner's, or PostgreSQL refuses its value.
    """

    def __init__(self, cluster: Cluster, settings: Mapping[str, str] | None = None) -> None:
        import psycopg

        self._psycopg = psycopg
        self._cluster = cluster
        self._connection: Any = cluster.connect()
        for name, value in {**PLANNER, **(settings or {})}.items():
            if not any(word in name for word in _SETTABLE):
                raise InputError(f"{name!r} is no setting of the planner", to_do="give work_mem, random_page_cost …")
            try:
                self._connection.execute(f"SET {quote(name)} = {_literal(str(value))}".encode())
            except psycopg.Error as error:
                raise InputError(f"PostgreSQL refuses {name} = {value}: {cluster.told(error).what}") from error
        self._connection.execute("SET statement_timeout = '60s'")
        self._connection.execute("SET default_transaction_read_only = on")

    def plan(self, statement: Statement) -> Plan:
        """The plan of the statement.

        Raises:
            InputError: a parameter has no value.
            EngineError: PostgreSQL refused it.
        """
        names = names_in(statement.sql)
        if missing := [name for name in names if name not in statement.values]:
            raise InputError(f"no value for the parameter {', '.join(missing)}")
        sql = replace_placeholders(statement.sql.replace("%", "%%"), lambda name: f"%({name})s")
        given = {name: statement.values[name] for name in names}
        # With `given`, even an empty one, the protocol takes one statement alone; EXPLAIN takes no ANALYZE behind options.
        try:
            cursor = self._connection.cursor()
            text = f"EXPLAIN (VERBOSE, FORMAT JSON) {sql.strip().rstrip(';')}"
            document = cursor.execute(text.encode(), given, binary=True).fetchone()[0]
        except self._psycopg.Error as error:
            told = self._cluster.told(error)
            raise EngineError(told.what, where=f"query {statement.name}", to_do=told.to_do) from error
        return plan_from_postgres(
            document if isinstance(document, list) else json.loads(document), version=self._cluster.version
        )

    def close(self) -> None:
        self._connection.close()


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
