"""Workload heat: how often each table is read and written, by the queries' rates, or by their number where none has a rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.model.workload import Query, Workload
from dbarch_widgets.render import palette
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.drawing.marks import Badge, Marks, TableMark
from dbarch_widgets.render.overlays.base import Subject
from dbarch_widgets.render.table_rows import counted
from dbarch_widgets.sql.dialects import sqlglot_name

_STEPS = (0.02, 0.1, 0.4)


@dataclass(frozen=True, eq=False)
class Heat:
    """Reads and writes of each table in `unit`, and the names of queries that could not be read."""

    reads: Mapping[QName, float]
    writes: Mapping[QName, float]
    unit: str
    unread: tuple[str, ...] = ()


class WorkloadHeat:
    """See the module."""

    name = "workload"
    needs = "workload"

    def marks(self, subject: Subject) -> Marks:
        if subject.workload is None:
            return Marks(self.name)
        heat = heat_of(subject.schema, subject.workload)
        reads, writes = (_homed(subject, each) for each in (heat.reads, heat.writes))
        most = max([*reads.values(), *writes.values()], default=0.0)
        tables = {}
        for name in {**reads, **writes}:
            badges = [
                _badge(letter, each.get(name, 0.0), most, heat.unit)
                for letter, each in (("R", reads), ("W", writes))
                if each.get(name)
            ]
            tables[name] = TableMark(line=tuple(badges))
        legend = (
            (Badge("heat", "R", palette.HEAT[3], "reads", 2), f"reads ({heat.unit})"),
            (Badge("heat", "W", palette.HEAT[3], "writes", 2), f"writes ({heat.unit}); more fields, more of them"),
        )
        return Marks(self.name, tables, legend=legend if tables else (), said=tuple(_said(reads, writes, heat)))


def heat_of(schema: Schema, workload: Workload) -> Heat:
    """The reads and writes of each table that a query names and the schema has."""
    rated = any(query.rate for query in workload.statements)
    reads: Counter[QName] = Counter()
    writes: Counter[QName] = Counter()
    unread = []
    for query in workload.statements:
        touched = _touched(query, schema)
        if touched is None:
            unread.append(query.name)
            continue
        amount = (query.rate or 0.0) if rated else 1.0
        for counts, names in zip((reads, writes), touched, strict=True):
            for name in names:
                counts[name] += amount  # type: ignore[assignment]  # a Counter counts fractions too
    return Heat(dict(reads), dict(writes), "per second" if rated else "queries", tuple(unread))


def _touched(query: Query, schema: Schema) -> tuple[set[QName], set[QName]] | None:
    """The tables that a statement reads and those that it writes; None when it is not understood."""
    from dbarch_widgets.sql.analyse import analyse

    try:
        statement = analyse(query.sql, sqlglot_name(schema.dialect))
    except (InputError, ValueError):  # the latter for a dialect that sqlglot does not know
        return None
    written = {_found(schema, ref.schema, ref.name) for ref in (statement.written,) if ref}
    named = {_found(schema, ref.schema, ref.name) for ref in statement.tables}
    return {name for name in named - written if name}, {name for name in written if name}


def _found(schema: Schema, place: str | None, name: str) -> QName | None:
    table = schema.find(QName(place, name) if place else name)
    return table.qname if table else None


def _homed(subject: Subject, counts: Mapping[QName, float]) -> dict[QName, float]:
    """Those of partitions on the table they are drawn in; those that are not drawn left out."""
    found: dict[QName, float] = {}
    for name, count in counts.items():
        home = subject.model.home(name)
        if count and home in subject.model.by_name:
            found[home] = found.get(home, 0.0) + count
    return found


def _badge(letter: str, count: float, most: float, unit: str) -> Badge:
    level = 1 + sum(count >= step * most for step in _STEPS)
    verb = "reads" if letter == "R" else "writes"
    return Badge(
        "heat", f"{letter} {_amount(count)}", palette.HEAT[level - 1], f"{verb}: {_amount(count)} {unit}", level
    )


def _amount(count: float) -> str:
    """Three digits, or all of a larger number."""
    return f"{count:,.3g}" if count < 1000 else f"{count:,.0f}"


def _said(reads: Mapping[QName, float], writes: Mapping[QName, float], heat: Heat) -> list[str]:
    said = []
    for verb, counts in (("read", reads), ("written", writes)):
        if counts:
            top = sorted(counts.items(), key=lambda each: (-each[1], str(each[0])))[:3]
            words = ", ".join(f"{one_line(name, 40)} ({_amount(count)} {heat.unit})" for name, count in top)
            said.append(f"Most {verb}: {words}.")
    if heat.unread:
        said.append(f"{counted(len(heat.unread), 'query', 'queries')} could not be read.")
    return said
