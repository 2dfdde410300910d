"""The default profile: how many rows each table gets, and a generator for every column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.profile import ColumnProfile, Profile, TableProfile
from dbarch_widgets.model.schema import Column, QName, Schema, Table
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.ahead import WHY, life_rank
from dbarch_widgets.synth.capacity import Domain
from dbarch_widgets.synth.contradictions import contradiction
from dbarch_widgets.synth.layout import Pick, TableLayout
from dbarch_widgets.synth.limits import Limits
from dbarch_widgets.synth.plan import Plan, horizon_text, make_plan, survey
from dbarch_widgets.synth.rows import row_counts
from dbarch_widgets.synth.shapes import choice_weights, shape_of, true_share, usual_null_share
from dbarch_widgets.synth.times_as_text import TIMES_AS_OTHERS, time_as_text
from dbarch_widgets.synth.words import pool

_TEXT_WIDTHS = {
    "sentence": 45,
    "title": 24,
    "email": 34,
    "url": 44,
    "slug": 24,
    "person": 24,
    "uuid_text": 36,
    "isin": 12,
    "lei": 20,
}
_SMALL_PLACES = 6
_LATE = 2  # of the ranks of times: what is higher may lie ahead


def default_profile(
    schema: Schema,
    intake: Intake | None = None,
    rows: Mapping[str, int] | None = None,
    scale: float = 1.0,
) -> Profile:
    """A profile for any schema: by type, name and constraints.

    Args:
        schema: what is to be filled; partitions are folded into their root.
        intake: its row counts give the proportions, cut down to a laptop's size.
        rows: rows per table (`"schema.table"` or a table name that occurs once); they win over everything.
        scale: multiplies the row counts that are not given in `rows`.

    Raises:
        InputError: the scale is not over 0.
        UnknownName: `rows` names a table that is not there.
    """
    schema = in_public(schema)
    if not scale > 0:
        raise InputError(f"the scale {scale} is not over 0")
    order, references, _, _ = survey(schema)
    counts, notes = row_counts(schema, order, references, intake, rows, scale)
    plan = make_plan(schema, counts)
    tables = tuple(_table_profile(plan, table) for table in order)
    notes = (
        *notes,
        f"times end at {horizon_text()}, or with the partitions; what is planned, due or still valid reaches beyond",
        *references.notes,
    )
    return Profile(tables, notes)


def _table_profile(plan: Plan, table: Table) -> TableProfile:
    layout = plan.layouts[table.qname]
    columns = tuple(column_profile(plan, table, column) for column in table.columns if column.generated is None)
    notes = [*layout.notes]
    notes += [
        f"check {name} is not understood and is tried out: {text}" for name, text in plan.rules[table.qname].opaque
    ]
    return TableProfile(table.qname, layout.rows, columns, notes=tuple(notes))


def column_profile(plan: Plan, table: Table, column: Column) -> ColumnProfile:
    """The generator of one column, its settings and why."""
    layout, domain = plan.layouts[table.qname], plan.domains[table.qname][column.name]
    nulls = _null_share(table, layout, domain)
    if (pick := layout.pick_of(column.name)) is not None:
        settings = _pick_settings(pick)
        why = "by its name, though no foreign key says so" if pick.soft else f"foreign key {pick.name}"
        return ColumnProfile(column.name, "reference", settings, nulls, why)
    if column.name in layout.digits:
        settings = (("of", layout.stair or "the table"), ("radix", layout.digits[column.name].radix))
        settings = (*settings, *_ranked(plan, table, domain))
        return ColumnProfile(column.name, "numbered", settings, nulls, "part of a composite key")
    generator, settings_by_name, why = _generator(plan, table, domain)
    return ColumnProfile(column.name, generator, tuple(sorted(settings_by_name.items())), nulls, why)


def _pick_settings(pick: Pick) -> tuple[tuple[str, Any], ...]:
    settings: list[tuple[str, Any]] = [
        ("to", str(pick.target) if pick.target else "shared values"),
        ("shape", pick.how),
    ]
    if pick.how in ("zipf", "stair", "anchor"):
        settings.append(("s", pick.s))
    return tuple(settings)


def _null_share(table: Table, layout: TableLayout, domain: Domain) -> float:
    column = domain.column
    nullable = column.nullable and domain.kind.nullable and not domain.limits.required
    if column.name in layout.nulled or (nullable and (domain.limits.empty or contradiction(domain))):
        return 1.0
    in_key = table.primary_key is not None and column.name in table.primary_key.columns
    fixed = not column.nullable or not domain.kind.nullable or domain.limits.required or in_key
    if fixed or column.name in layout.referenced or column.name in _partition_columns(table):
        return 0.0
    for index in table.indexes:
        where = (index.where or "").lower()
        if re.search(rf"\b{re.escape(column.name)}\b\)? is not null", where):
            return 0.8
    return usual_null_share(column.name)


def _partition_columns(table: Table) -> set[str]:
    words = set(re.findall(r"\w+", table.partition_key or ""))
    return {name for name in table.column_names if name in words}


# ---------------------------------------------------------------- one column's generator

_Choice = tuple[str, dict[str, Any], str]


def _generator(plan: Plan, table: Table, domain: Domain) -> _Choice:
    layout = plan.layouts[table.qname]
    unique = domain.column.name in layout.unique
    if domain.kind.array:
        return "array", {"length": 2}, "array"
    values = tuple(_text(value) for value in domain.choices)
    if values:
        weights = choice_weights(domain.column.name, values, domain.column.default)
        return "choice", {"values": values, "weights": weights}, "one of a list"
    if domain.limits.allowed is not None or domain.kind.values:
        return "constant", {"value": None}, "its constraints allow no value at all"
    family = domain.kind.family
    makers = {"integer": _integer, "decimal": _number, "real": _number, "text": _text_generator}
    if family in makers:
        made = makers[family](domain, unique, layout.rows)
        return (made[0], {"rank": _life_rank(plan, table, domain)}, made[2]) if made[0] in TIMES_AS_OTHERS else made
    if family in ("date", "timestamp", "timestamptz"):
        return _time(plan, table, domain)
    if family == "range":
        return "range", dict(_ranked(plan, table, domain)), "by its type"
    if family == "boolean":
        return "boolean", {"true": true_share(domain.column.name, domain.column.default)}, "by its name or default"
    return _other(domain)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _integer(domain: Domain, unique: bool, rows: int) -> _Choice:
    low, high = domain.whole_bounds()
    bounded = domain.limits.low is not None or domain.limits.high is not None
    if unique:
        return "serial", {"start": min(max(low, 1), max(high - rows + 1, low))}, "a key"
    shape = _named(domain, "integer")
    if shape is not None and shape[0] == "clock_ns" and domain.kind.bits < 64:
        shape = ("integer", {"low": 0, "high": 999_999_999}, "nanoseconds of a second")
    if shape is None and re.search(r"(^|_)(clock|time|timestamp|ts|at|epoch)$", domain.column.name) and not bounded:
        return "epoch", {"rank": 0}, "a time, as seconds since 1970"
    generator, settings, why = shape or ("integer", {"low": 1, "high": 1_000}, "by its type")
    if generator == "choice":
        kept = tuple(value for value in settings["values"] if low <= Decimal(value) <= high)
        return ("choice", {"values": kept}, why) if kept else ("integer", _between(1, 1_000, low, high), "by its type")
    if generator in ("integer", "skewed"):
        settings |= _between(int(settings["low"]), int(settings["high"]), low, high)
        if "median" in settings:
            settings["median"] = min(max(int(settings["median"]), settings["low"]), settings["high"])
    return generator, settings, why


def _between(low: int, high: int, least: int, most: int) -> dict[str, int]:
    """The wanted bounds moved into the allowed ones; of a narrow allowed range all of it."""
    if most < low or least > high or (least >= 0 and most - least <= 10_000 and (least > low or most < high)):
        return {"low": least, "high": min(most, least + 10_000)}
    return {"low": max(low, least), "high": min(high, most)}


def _number(domain: Domain, unique: bool, rows: int) -> _Choice:
    kind, limits = domain.kind, domain.limits
    scale = kind.scale if kind.precision is not None else None
    generator, settings, why = _named(domain, "decimal") or (
        "skewed",
        {"low": 1, "median": 40, "high": 2000, "places": 2},
        "by its type",
    )
    if generator == "choice":
        fitting = tuple(value for value in settings["values"] if _within(limits, Decimal(value)))
        if len(fitting) > 1 or len(fitting) == len(settings["values"]):
            return generator, {"values": fitting}, why
        generator, settings, why = "decimal", {"low": 0, "high": 100, "places": 2}, "by its constraints"
    places = min(int(settings.get("places", 2)), _SMALL_PLACES if scale is None else scale)
    unit = Decimal(1).scaleb(-places)
    low, high = Decimal(str(settings["low"])), Decimal(str(settings["high"]))
    most = _largest(kind.precision, scale)
    if isinstance(limits.low, Decimal):
        least = limits.low + (unit if limits.low_open else 0)
        low = least if low <= least or low > (limits.high if isinstance(limits.high, Decimal) else low) else low
    if isinstance(limits.high, Decimal):
        most = min(most, limits.high - (unit if limits.high_open else 0))
    high = min(high, most)
    if low > high and not isinstance(limits.low, Decimal):
        low = Decimal(0)
    if high < 10 and scale is not None:
        places = min(scale, _SMALL_PLACES)
        high = high.quantize(Decimal(1).scaleb(-places), ROUND_DOWN)
    high = max(high, low)
    settings |= {"low": str(low), "high": str(high), "places": places}
    if "median" in settings:
        settings["median"] = str(min(max(Decimal(str(settings["median"])), low), high))
    if unique:
        settings["high"] = str(max(high, low + rows * unit))
        return "decimal", {name: value for name, value in settings.items() if name != "median"}, "a key"
    return generator, settings, why


def _within(limits: Limits, value: Decimal) -> bool:
    low, high = limits.low, limits.high
    if isinstance(low, Decimal) and (value < low or (value == low and limits.low_open)):
        return False
    return not (isinstance(high, Decimal) and (value > high or (value == high and limits.high_open)))


def _largest(precision: int | None, scale: int | None) -> Decimal:
    if precision is None:
        return Decimal(10) ** 9
    return min(Decimal(10) ** (precision - (scale or 0)) - Decimal(1).scaleb(-(scale or 0)), Decimal(10) ** 9)


def _text_generator(domain: Domain, unique: bool, rows: int) -> _Choice:
    length = domain.max_length
    if not unique and (written := time_as_text(domain)) is not None:
        return written, {}, "a time, as text"
    generator, settings, why = _named(domain, "text") or ("name", {"pool": "word"}, "by its type")
    if generator == "country":
        settings["pool"] = "country" if length is not None and length <= 3 else "country_name"
    if (shape := domain.pattern) is not None:
        words = pool(str(settings["pool"])) if "pool" in settings else ()
        sample = {"isin": "XX0000000009", "lei": "0" * 18 + "98"}.get(generator)
        if (words and all(_matches(domain, word) for word in words) and not (unique and rows > len(words))) or (
            sample and _matches(domain, sample)
        ):
            return generator, settings, why
        return "pattern", {"shape": shape.positions}, "by the regular expression of its check"
    if generator == "hex":
        settings["width"] = min(settings["width"], length or settings["width"], 64)
    if generator == "words":
        settings["weights"] = choice_weights(domain.column.name, settings["values"], domain.column.default)
        generator = "vocabulary" if unique else "words"
    if generator == "code":
        settings["prefix"] = _prefix(domain.column.name)
    if generator == "sentence" and length is not None:
        settings["words"] = max(1, min(6, length // 11))
    if domain.limits.letter_case:
        settings["letter_case"] = domain.limits.letter_case
    if domain.limits.prefix:
        settings["prefix_text"] = domain.limits.prefix
    if unique and length is not None and length < needed_width(generator, settings, rows):
        return "short", {"width": length - len(domain.limits.prefix), **_kept(settings)}, "a short key"
    return generator, settings, why


def _kept(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: settings[name] for name in ("letter_case", "prefix_text", "pool") if name in settings}


def _prefix(name: str) -> str:
    words = [word for word in name.upper().split("_") if word.isalpha()]
    return f"{words[0][:3]}-" if words else "X-"


def needed_width(generator: str, settings: dict[str, Any], rows: int) -> int:
    """Characters that a unique value of the generator may take."""
    digits = len(str(max(rows, 10)))
    if generator == "code":
        return len(settings.get("prefix", "")) + digits
    if generator == "hex":
        return 8
    return _TEXT_WIDTHS.get(generator, 26) + digits


def _named(domain: Domain, family: str) -> _Choice | None:
    """What the name of the column's domain says, or else the column's own name."""
    kind = domain.column.type.split("(")[0].strip().strip('"').rsplit(".", 1)[-1]
    own_type = kind != domain.kind.written.rsplit(".", 1)[-1] and bool(re.fullmatch(r"[a-z]\w*", kind))
    return (shape_of(kind, family) if own_type else None) or shape_of(domain.column.name, family)


def _matches(domain: Domain, text: str) -> bool:
    try:
        return all(re.search(each, text) for each in domain.limits.patterns) and len(text) <= (
            domain.max_length or 10_000
        )
    except re.error:
        return False


def _time(plan: Plan, table: Table, domain: Domain) -> _Choice:
    rank = _life_rank(plan, table, domain)
    bounds = {"low": domain.limits.low, "high": domain.limits.high}
    settings: dict[str, Any] = {"rank": rank} | {
        name: bound for name, bound in bounds.items() if isinstance(bound, str)
    }
    return ("date" if domain.kind.family == "date" else "timestamp"), settings, WHY[rank]


def _life_rank(plan: Plan, table: Table, domain: Domain) -> int:
    if domain.column.name in _partition_columns(table):
        return 0
    return life_rank(table, domain.column.name, plan.rules[table.qname])


def _ranked(plan: Plan, table: Table, domain: Domain) -> tuple[tuple[str, Any], ...]:
    """The rank of a time that is counted off, where it lies ahead."""
    timed = domain.kind.family in ("date", "timestamp", "timestamptz", "range")
    rank = _life_rank(plan, table, domain) if timed else 0
    return (("rank", rank),) if rank > _LATE else ()


def _other(domain: Domain) -> _Choice:
    family = domain.kind.family
    same = {"json": "json", "bytes": "bytes", "uuid": "uuid", "time": "time", "interval": "interval"}
    same |= {"inet": "ip", "cidr": "cidr", "macaddr": "mac", "xml": "xml", "tsvector": "sentence", "point": "point"}
    if family == "uuid" and re.search(r"uuid_?(?:generate_)?v7|v7_uuid", domain.column.default or "", re.IGNORECASE):
        return "uuid7", {}, "by its default, grows with the rows"
    if family in same:
        return same[family], {}, "by its type"
    if family in ("bit", "vector"):
        return {"bit": "bits", "vector": "vector"}[family], {"width": domain.kind.length or 3}, "by its type"
    value = None if domain.column.nullable else ""
    return "constant", {"value": value}, f"the type {domain.column.type} is not known here"


def table_rows(profile: Profile) -> dict[QName, int]:
    """Rows by table."""
    return {table.table: table.rows for table in profile.tables}
