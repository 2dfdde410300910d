"""The deepest page by OFFSET, against the same page asked for by the last key before it."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab, Side
from dbarch_widgets.evidence.needs import query_tables
from dbarch_widgets.evidence.statements import is_value, rewritten, value_name
from dbarch_widgets.measure.parameters import Row
from dbarch_widgets.measure.prepared import at_horizon
from dbarch_widgets.sql.analyse import analyse
from dbarch_widgets.sql.names import quoted_list

_KEY = "dbarch_key"


def run(case: Case, lab: Lab) -> Seen:
    """The deepest offset that finds rows; keys are compared as a row, so they must all sort the same way."""
    pages: list[str] = []
    keyset = _Keyset(pages)
    written = at_horizon(case.query.sql)
    other = lab.engine.translate(rewritten(written, keyset.change))
    last = lab.engine.translate(rewritten(written, _Keyset(pages, last=True).change))
    values = _deepest(case, lab, pages[0])
    offset = int(str(values[pages[0]]))
    index = _index(case, lab, keyset.columns)
    found = lab.execute(last, values | {pages[0]: offset - 1}).rows
    if not found:
        raise CannotMeasure("the generated rows hold no page so deep")
    keys: Row = {f"{_KEY}_{at}": value for at, value in enumerate(found[0])}
    if any(value is None for value in found[0]):
        raise CannotMeasure("the key of the row before the page is null")
    sides = Side(lab.statement(case.query), (), [values]), Side(other, (), [values | keys])
    figures = lab.compare(*sides)
    return Seen(
        f"{case.query.name} at OFFSET {offset:,}, and the page after the last key",
        {"pages": figures.before.pages, "rows read": figures.before.rows_read},
        {"pages": figures.after.pages, "rows read": figures.after.rows_read},
        figures.times,
        not_modelled=(
            f"both sides have an index on {index}, without which both would read and sort all rows that match",
        ),
    )


def _index(case: Case, lab: Lab, keys: list[str]) -> str:
    """Makes the index that pages need: what is compared, then the sort keys; its columns."""
    block = analyse(case.query.sql).blocks[0]
    equal = [each.column.name for each in block.predicates if each.operator == "=" and each.value.kind != "column"]
    columns = [name for name in dict.fromkeys((*equal, *keys)) if case.table.has_column(name)]
    if not set(keys) <= set(columns):
        raise CannotMeasure("it is sorted by another table's columns")
    lab.execute(f"CREATE INDEX ON {lab.table(case.table.qname)} ({quoted_list(columns)})")
    lab.execute(f"ANALYZE {lab.table(case.table.qname)}")
    return f"({', '.join(columns)})"


def _deepest(case: Case, lab: Lab, name: str) -> Row:
    """The values that most rows match, with the largest offset of the workload within them, or half their number."""
    rows = lab.values(case.query, 40)
    whole = lab.engine.translate(rewritten(at_horizon(case.query.sql), _all_rows))
    best, most = rows[0], 0
    for row in rows:
        if (found := int(lab.value(whole, row))) > most:
            best, most = row, found
    offsets = [offset for row in rows if 0 < (offset := int(str(row[name]))) < most]
    offset = max(offsets, default=most // 2)
    if offset < 1:
        raise CannotMeasure("no page beyond the first finds rows among the generated ones")
    return best | {name: offset}


def _all_rows(tree: Any) -> Any:
    from sqlglot import exp

    tree.set("limit", None)
    tree.set("offset", None)
    tree.set("order", None)
    return exp.select(exp.Count(this=exp.Star())).from_(tree.subquery("dbarch_all"))


class _Keyset:
    """Turns LIMIT … OFFSET into LIMIT after a key; or with `last` into the keys of the one row at the offset."""

    def __init__(self, names: list[str], *, last: bool = False) -> None:
        self.names, self.last = names, last
        self.columns: list[str] = []

    def change(self, tree: Any) -> Any:
        from sqlglot import exp

        offset, order = tree.args.get("offset"), tree.args.get("order")
        if not isinstance(tree, exp.Select) or offset is None or order is None or tree.args.get("group"):
            raise CannotMeasure("it has no order by which a page could be asked for")
        if not is_value(offset.expression):
            raise CannotMeasure("its offset is no parameter")
        self.names.append(value_name(offset.expression))
        keys = [each.this for each in order.expressions]
        down = {bool(each.args.get("desc")) for each in order.expressions}
        if len(down) != 1 or not all(isinstance(key, exp.Column) for key in keys):
            raise CannotMeasure("its sort keys go both ways or are expressions")
        self.columns = [key.name for key in keys]
        if self.last:
            tree.set("expressions", [key.copy() for key in keys])
            tree.set("limit", exp.Limit(expression=exp.Literal.number(1)))
            return tree
        tree.set("offset", None)
        row = exp.Tuple(expressions=[key.copy() for key in keys])
        value = exp.Tuple(expressions=[exp.column(f"dbarch_value_of_{_KEY}_{at}") for at in range(len(keys))])
        beyond = exp.LT(this=row, expression=value) if down.pop() else exp.GT(this=row, expression=value)
        return tree.where(beyond)


EXPERIMENT = Experiment("deep-page", ("deep-offset",), run, query_tables)
