"""The door: `classify(schema)`, or `classify(schema, rows)` with values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from dbarch_widgets.classification import categories as c
from dbarch_widgets.classification.by_comment import said
from dbarch_widgets.classification.by_name import Guess, guess, is_about_persons
from dbarch_widgets.classification.by_value import Seen, are_digests, seen_in, share_of, spans_generations
from dbarch_widgets.classification.categories import Category
from dbarch_widgets.classification.samples import Rows, Samples, sampled
from dbarch_widgets.model.classification import Classification, ColumnClass
from dbarch_widgets.model.finding import Confidence
from dbarch_widgets.model.schema import Column, Schema, Table
from dbarch_widgets.model.type_family import type_family
from dbarch_widgets.model.words import singular, words

_LOOKED_INTO = ("text", "integer", "decimal", "json", "date", "other")
_DOUBTED = 0.05


def classify(schema: Schema, rows: Rows | None = None) -> Classification:
    """What kind of data each column of the schema holds.

    Args:
        schema: what is classified; partitions are left out, their parent speaks for them.
        rows: values to look at as well: a mapping from table to column to values, or the path of a DuckDB file. At most a
            thousand rows of each table are looked at. Rows that were generated say nothing and should not be given.

    Raises:
        SourceError: `rows` is a path where there is no DuckDB database.
    """
    samples = sampled(schema, rows)
    domains = {
        name: domain.type for domain in schema.domains for name in (domain.name, f"{domain.schema}.{domain.name}")
    }
    found = tuple(_columns(schema, samples, domains))
    return Classification(found, samples.notes)


def _columns(schema: Schema, samples: Samples, domains: Mapping[str, str]) -> Iterator[ColumnClass]:
    own_devices = any(words(singular(table.name))[-1:] == ("device",) for table in schema.base_tables)
    for table in schema.base_tables:
        related = any(
            (parent := schema.find(key.target)) is not None and is_about_persons(parent) for key in table.foreign_keys
        )
        referring = {name for key in table.foreign_keys for name in key.columns}
        for column in table.columns:
            base = _base(column.type, domains)
            family = type_family(base)
            named = guess(table, column, family, base, related=related)
            if named is not None and named[0] is c.DEVICE and (own_devices or column.name in referring):
                named = None  # the key of a thing that the schema lists, not of somebody's telephone
            values = samples.of(table, column.name) if family in _LOOKED_INTO else ()
            if result := _judged(table, column, named, values, is_reference=column.name in referring):
                yield result


def _base(type: str, domains: Mapping[str, str]) -> str:
    for _ in range(8):
        bare = type.replace('"', "").removesuffix("[]")
        if bare not in domains:
            return bare
        type = domains[bare]
    return type


def _judged(
    table: Table, column: Column, named: Guess | None, values: Sequence[object], *, is_reference: bool
) -> ColumnClass | None:
    texts = [str(value) for value in values if isinstance(value, str | int)]
    seen = None if is_reference else seen_in(texts)
    if seen is not None and (named is None or seen.category is not c.IN_TEXT):
        return _by_values(table, column, named, seen)
    if seen is None and (comment := said(column.comment)) and (named is None or comment[0] is not c.STATED):
        return _made(table, column, comment[0], f"its comment says “{comment[1]}”", "likely")
    if named is None:
        return _birth(table, column, values)
    category, confidence = named
    if category.data_class == "credential" and are_digests(texts):
        return None
    why = f"it is named like {_article(category.name)}"
    share = share_of(category, texts)
    if share is None:
        return _made(table, column, category, why, confidence)
    matched, looked = share
    if matched < _DOUBTED:
        why += ", but its values do not have that form"
        return _made(table, column, category, why, "hint", (matched, looked))
    return _made(table, column, category, why, confidence, (matched, looked))


def _by_values(table: Table, column: Column, named: Guess | None, seen: Seen) -> ColumnClass:
    agrees = named is not None and named[0] is seen.category
    what = f"{seen.matched:.0%} of {seen.looked:,} distinct values are {seen.named}"
    if agrees:
        why, confidence = f"it is named so, and {what}", "certain"
    elif named is None:
        why, confidence = f"{what}, though its name does not say so", "likely"
    else:
        why, confidence = f"{what}, though it is named like {_article(named[0].name)}", "likely"
    sure: Confidence = "certain" if confidence == "certain" else "likely"
    return _made(table, column, seen.category, why, sure, (seen.matched, seen.looked))


def _birth(table: Table, column: Column, values: Sequence[object]) -> ColumnClass | None:
    years = [value.year for value in values if isinstance(value, date)]
    if not is_about_persons(table) or type_family(column.type) != "date" or not spans_generations(years):
        return None
    why = f"the {len(years):,} dates looked at are spread over {max(years) - min(years)} years, in a table of persons"
    return _made(table, column, c.BIRTH, why, "hint")


def _article(name: str) -> str:
    if name in ("health", "postal address") or name.startswith(("personal data", "biometric")):
        return name
    return f"an {name}" if name[0] in "aeioAEIO" else f"a {name}"


def _made(
    table: Table,
    column: Column,
    category: Category,
    why: str,
    confidence: Confidence,
    seen: tuple[float, int] | None = None,
) -> ColumnClass:
    matched, looked = seen or (None, None)
    return ColumnClass(
        table.qname,
        column.name,
        category.data_class,
        category.name,
        category.sensitivity,
        why,
        confidence,
        matched,
        looked,
    )
