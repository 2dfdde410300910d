"""A miniature for a workload: the tables that it needs, and its statements with values drawn from the sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dbarch_widgets.errors import DbarchError
from dbarch_widgets.measure.annotations import FROM_COLUMN
from dbarch_widgets.measure.parameters import Drawer
from dbarch_widgets.measure.prepared import at_horizon
from dbarch_widgets.measure.workload_check import find_column
from dbarch_widgets.miniature.explaining import Statement
from dbarch_widgets.miniature.miniature import OTHER_ROWS, SAMPLE_ROWS, Miniature
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.model.workload import Query, Workload
from dbarch_widgets.sql.analyse import analyse
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.plan import survey

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Prepared:
    """A miniature with the statements to plan on it, and why some cannot be planned."""

    miniature: Miniature
    statements: tuple[Statement, ...]
    errors: tuple[tuple[str, str], ...]


@contextmanager
def prepared_miniature(
    schema: Schema,
    workload: Workload,
    profile: Profile,
    *,
    named: tuple[QName, ...] = (),
    sample: int = SAMPLE_ROWS,
    others: int = OTHER_ROWS,
    seed: int = 1,
    draws: int = 1,
    progress: Progress | None = None,
) -> Iterator[Prepared]:
    """A miniature of the tables that the workload needs, and its statements with `draws` sets of values each.

    Raises:
        InputError, EngineMissing, EngineError: see `Miniature`.
    """
    schema = in_public(schema)
    tables = tables_of(schema, workload)
    made = Miniature(schema, profile, named=named, tables=tables, sample=sample, others=others, seed=seed, say=progress)
    with made:
        drawer = Drawer(schema, made.rows, seed)
        statements: list[Statement] = []
        errors: list[tuple[str, str]] = []
        for query in workload.queries:
            try:
                drawn = drawer.draw(query, draws)
            except DbarchError as error:
                errors.append((query.name, str(error)))
                continue
            sql = at_horizon(query.sql)
            statements += [Statement(query.name, sql, values) for values in drawn]
        yield Prepared(made, tuple(statements), tuple(errors))


def tables_of(schema: Schema, workload: Workload) -> frozenset[QName] | None:
    """The tables that the queries and their parameters need, as roots of partitions; None when that cannot be told."""
    _, references, _, _ = survey(schema)
    views = {view.name for view in schema.views}
    found: set[QName] = set()
    for query in workload.queries:
        try:
            named = analyse(query.sql).tables
        except DbarchError:
            return None
        if any(table.name in views for table in named):
            return None
        tables = [schema.find(QName(each.schema, each.name) if each.schema else each.name) for each in named]
        found |= {references.root(table.qname) for table in tables if table is not None}
        found |= {references.root(name) for name in _parameter_tables(schema, query)}
    return frozenset(found)


def _parameter_tables(schema: Schema, query: Query) -> set[QName]:
    found = set()
    for parameter in query.parameters:
        if parameter.source in FROM_COLUMN:
            place = find_column(schema, parameter.arguments[0])
            if not isinstance(place, str):
                found.add(place[0].qname)
    return found
