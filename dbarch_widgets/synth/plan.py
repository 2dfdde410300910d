"""Everything about a schema that generating needs, worked out once: references, layouts, domains, windows of time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.load_order import load_order
from dbarch_widgets.synth.capacity import Domain, capacity
from dbarch_widgets.synth.checks import rules_of
from dbarch_widgets.synth.contradictions import said
from dbarch_widgets.synth.keys import KeyPlanner, apply_sizes, choose_shapes
from dbarch_widgets.synth.kinds import kind_of
from dbarch_widgets.synth.layout import TableLayout
from dbarch_widgets.synth.limits import Limits, Literal, Rules
from dbarch_widgets.synth.links import Linker
from dbarch_widgets.synth.partition_window import BOUND, HORIZON, days_of_partitions, partition_window
from dbarch_widgets.synth.references import References

_YEAR = 365 * 86_400_000_000
_SPAN = 2 * _YEAR
_DAY = 86_400_000_000
VIRTUAL_VALUES = 50
_KEY = re.compile(r"(?P<kind>LIST|RANGE)\s*\((?P<column>[^(),]+)\)", re.IGNORECASE)
_STRING = re.compile(r"'((?:[^']|'')*)'")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")


@dataclass
class Plan:
    """The schema seen with a generator's eyes. `windows` are (start, end) in microseconds since 1970, per table."""

    schema: Schema
    order: tuple[Table, ...]
    references: References
    domains: dict[QName, dict[str, Domain]]
    rules: dict[QName, Rules]
    layouts: dict[QName, TableLayout]
    windows: dict[QName, tuple[int, int]]
    virtual: dict[str, Domain] = field(default_factory=dict)
    virtual_sizes: dict[str, int] = field(default_factory=dict)
    virtual_windows: dict[str, tuple[int, int]] = field(default_factory=dict)


def survey(schema: Schema) -> tuple[tuple[Table, ...], References, dict[QName, dict[str, Domain]], dict[QName, Rules]]:
    """The parts of a plan that do not depend on row counts."""
    order = load_order(schema).tables
    references = References(schema)
    rules = {table.qname: rules_of(schema, table).joined(_partition_rules(schema, table)) for table in order}
    domains = {
        table.qname: {
            column.name: Domain(column, kind_of(schema, column), rules[table.qname].of(column.name))
            for column in table.columns
        }
        for table in order
    }
    return order, references, domains, rules


def _partition_rules(schema: Schema, table: Table) -> Rules:
    """Of a table partitioned by a list or by a range of numbers: the values that its partitions take."""
    match = _KEY.fullmatch((table.partition_key or "").strip())
    if match is None or not table.has_column(name := match["column"].strip().strip('"')):
        return Rules()
    bounds = [partition.partition_bound or "" for partition in schema.partitions(table.qname)]
    if match["kind"].upper() == "LIST":
        numbers = kind_of(schema, table.column(name)).family in ("integer", "decimal")
        listed = " ".join(bounds)
        found = _NUMBER.findall(listed) if numbers else [text.replace("''", "'") for text in _STRING.findall(listed)]
        values: tuple[Literal, ...] = tuple(Decimal(each) if numbers else each for each in found)
        return Rules(limits={name: Limits(allowed=values)}) if values else Rules()
    ranges = [_NUMBER.findall(f"{span['low']} {span['high']}") for bound in bounds if (span := BOUND.search(bound))]
    if match["kind"].upper() != "RANGE" or kind_of(schema, table.column(name)).family not in ("integer", "decimal"):
        return Rules()
    edges = sorted((Decimal(one), Decimal(other)) for one, other in (pair for pair in ranges if len(pair) == 2))
    if not edges:
        return Rules()
    low, high = edges[0]
    for start, stop in edges[1:]:
        high = max(high, stop) if start <= high else high
    return Rules(limits={name: Limits(low=low, high=high, high_open=True)})


def make_plan(schema: Schema, counts: Mapping[QName, int]) -> Plan:
    """Layouts for the wanted row counts; a layout has fewer rows where its keys cannot hold so many."""
    order, references, domains, rules = survey(schema)
    linker = Linker(references)
    layouts = {
        table.qname: TableLayout(
            table.qname,
            counts.get(table.qname, 0),
            dict(linker.links[table.qname].picks),
            dict(linker.links[table.qname].sources),
            linker.links[table.qname].anchor,
            nulled=set(linker.links[table.qname].nulled),
            notes=list(linker.links[table.qname].notes),
        )
        for table in order
    }
    plan = Plan(schema, order, references, domains, rules, layouts, {})
    events = {table.qname for table in order if _is_event(table, references)}
    for name, links in linker.links.items():
        for other in links.not_more_than:  # both count their rows from 1, so the smaller one's keys are in the larger
            layouts[name].rows = layouts[other].rows = min(layouts[name].rows, layouts[other].rows)
    _virtual_anchors(plan)
    for table in order:
        layout = layouts[table.qname]
        _empty_parents(plan, table, layout)
        apply_sizes(layout, layouts, plan.virtual_sizes)
        _at_least_anchors(layout)
        choose_shapes(layout, layouts, events)
        KeyPlanner(table, layout, domains[table.qname], rules[table.qname], layouts, references).plan()
        layout.notes += said(domains[table.qname], rules[table.qname])
    for table in order:  # keys in a circle were planned before their parents' rows were final
        apply_sizes(layouts[table.qname], layouts, plan.virtual_sizes)
    for name in layouts:
        for reference in references.of(name):
            if not reference.soft:
                layouts[reference.target].referenced.update(reference.ref_columns)
    for table in order:
        plan.windows[table.qname] = _window(plan, table)
    return plan


def _is_event(table: Table, references: References) -> bool:
    """Something that happened (an order, an issue) ties several things together; a person or a thing does not."""
    targets = {reference.target for reference in references.of(table.qname) if not reference.soft} - {table.qname}
    return len(targets) >= 3 or (table.kind == "partitioned" and bool(targets))


def _virtual_anchors(plan: Plan) -> None:
    """Values that several tables share without a table of their own: as many as the narrowest column can hold."""
    for name, layout in plan.layouts.items():
        for pick in layout.picks.values():
            if pick.how != "anchor" or pick.target is not None:
                continue
            for child, label in pick.columns:
                domain = plan.domains[name][child]
                plan.virtual.setdefault(label, domain)
                size = min(capacity(domain), VIRTUAL_VALUES, max(layout.rows // 4, 1))
                days = _days_in_partitions(plan, name, child, label)
                size = size if days is None else min(size, days)
                plan.virtual_sizes[label] = max(1, min(plan.virtual_sizes.get(label, VIRTUAL_VALUES), size))


def _days_in_partitions(plan: Plan, name: QName, column: str, label: str) -> int | None:
    """A shared value by which its table, or one that refers to it, is partitioned lies where all of them have partitions.

    Returns how many days that are; None when none of them is partitioned by it.
    """
    followers = (
        (table, child)
        for table in plan.order
        for reference in plan.references.of(table.qname)
        for child, ref in reference.pairs
        if (reference.target, ref) == (name, column)
    )
    for table, by in ((plan.schema.table(name), column), *followers):
        window = partition_window(plan.schema, table) if days_of_partitions(plan.schema, table, by) else None
        if window is not None:
            known = plan.virtual_windows.get(label, window)
            both = max(known[0], window[0]), min(known[1], window[1])
            plan.virtual_windows[label] = both if both[0] < both[1] else known
    found = plan.virtual_windows.get(label)
    return None if found is None else max((found[1] - found[0]) // _DAY, 1)


def _empty_parents(plan: Plan, table: Table, layout: TableLayout) -> None:
    """Without a row in the parent a key that may not be null leaves no row in the child either."""
    for reference in plan.references.of(table.qname):
        parent = plan.layouts[reference.target]
        if parent.rows or reference.target == table.qname or reference.soft:
            continue
        nullable = [column for column in reference.columns if table.column(column).nullable]
        if nullable:
            layout.nulled.update(nullable)
        elif layout.rows:
            layout.notes.append(f"no rows, as {reference.target} has none")
            layout.rows = 0


def _at_least_anchors(layout: TableLayout) -> None:
    if layout.anchor and 0 < layout.rows < layout.picks[layout.anchor].size:
        size = layout.picks[layout.anchor].size
        layout.notes.append(
            f"{size:,} rows instead of {layout.rows:,}: others need a row for each of what it is counted off by"
        )
        layout.rows = size


def _window(plan: Plan, table: Table) -> tuple[int, int]:
    """When the rows of the table came about: within its partitions, else as long as what it follows, else two years."""
    bounds = partition_window(plan.schema, table)
    if bounds is not None:
        return bounds
    followed = [
        plan.windows[pick.target]
        for pick in plan.layouts[table.qname].picks.values()
        if pick.how in ("aligned", "pattern") and pick.target in plan.windows
    ]
    return followed[0] if followed else (HORIZON - _SPAN, HORIZON)


def horizon_text() -> str:
    """The horizon for people."""
    return datetime.fromtimestamp(HORIZON / 1_000_000, UTC).strftime("%Y-%m-%d %H:%M UTC")
