"""A workload as annotated SQL, to keep, to edit and to read again: `read_workload(annotated_sql(w))` is `w`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dbarch_widgets.model.workload import Parameter, Query, ServiceLevel, Transaction, Workload


def annotated_sql(workload: Workload) -> str:
    """The text; of problems and notes only the notes are kept, as comments at the head."""
    parts = ["".join(f"-- {line}\n" for line in workload.notes)] if workload.notes else []
    parts += [_query(query) for query in workload.queries]
    parts += [_transaction(transaction) for transaction in workload.transactions]
    return "\n".join(parts)


def _query(query: Query) -> str:
    lines = _head(query.name, _annotations(query, query.parameters, query.slo), query.description)
    return "\n".join([*lines, f"{_ended(query.sql)}\n"])


def _transaction(transaction: Transaction) -> str:
    lines = _head(
        transaction.name,
        _annotations(transaction, transaction.parameters, transaction.slo),
        transaction.description,
    )
    level = f" ISOLATION LEVEL {transaction.isolation.upper()}" if transaction.isolation else ""
    lines.append(f"BEGIN{level};")
    for number, query in enumerate(transaction.statements, start=1):
        step = query.name.removeprefix(f"{transaction.name}.")
        lines += [f"-- step: {step}"] if step != str(number) else []
        lines += [f"-- {line}" for line in query.description.split("\n") if line]
        lines.append(_ended(query.sql))
    return "\n".join([*lines, "COMMIT;\n"])


def _head(name: str, annotations: str, description: str) -> list[str]:
    lines = [f"-- name: {name}"]
    lines += [f"-- {annotations}"] if annotations else []
    return lines + [f"-- {line}" for line in description.split("\n") if line]


def _annotations(item: Query | Transaction, parameters: Iterable[Parameter], slo: ServiceLevel | None) -> str:
    return "  ".join(_words(item, parameters, slo))


def _words(item: Query | Transaction, parameters: Iterable[Parameter], slo: ServiceLevel | None) -> Iterator[str]:
    if item.rate:
        yield f"rate: {rate_words(item.rate)}"
    if isinstance(item, Query) and item.mean:
        yield f"mean: {_plain(item.mean)}ms"
    if isinstance(item, Query) and item.calls:
        yield f"calls: {item.calls:_}"
    if said := ", ".join(parameter_words(parameters)):
        yield f"params: {said}"
    if slo is not None:
        yield f"slo: p{slo.percentile:g}<{_plain(slo.milliseconds)}ms"
    if item.role:
        yield f"role: {item.role}"
    if item.engines:
        yield f"engines: {', '.join(item.engines)}"


def parameter_words(parameters: Iterable[Parameter]) -> list[str]:
    """`id=uniform(orders.id)`, and `(a, b)=row(t, c, d)` for those of one row."""
    said: dict[tuple[str, ...], list[str]] = {}
    for each in parameters:
        if each.source == "row":
            table, _, *columns = each.arguments
            said.setdefault(("row", table, *columns), []).append(each.name)
        else:
            said[each.name,] = [f"{each.name}={each.source}({', '.join(each.arguments)})"]
    return [
        f"({', '.join(names)})=row({', '.join(key[1:])})" if key[0] == "row" and len(key) > 1 else names[0]
        for key, names in said.items()
    ]


def rate_words(rate: float) -> str:
    """`400/s`, `3/min`, `10/h`, `2/day`: in the unit in which the number is not under 1, to four digits."""
    for unit, seconds in (("s", 1), ("min", 60), ("h", 3_600)):
        if rate * seconds >= 1:
            return f"{_plain(rate * seconds)}/{unit}"
    return f"{_plain(rate * 86_400)}/day"


def _plain(number: float) -> str:
    text = f"{number:.4g}"
    return f"{float(text):.10f}".rstrip("0").rstrip(".") if "e" in text else text


def _ended(sql: str) -> str:
    # A comment at the end would swallow the semicolon.
    last = sql.rstrip().rsplit("\n", 1)[-1]
    return f"{sql.rstrip()}\n;" if "--" in last else f"{sql.rstrip()};"
