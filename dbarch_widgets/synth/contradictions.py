"""Constraints that no value can satisfy, and types that no generator knows: said before anything is generated."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dbarch_widgets.synth.capacity import Domain
from dbarch_widgets.synth.limits import Ordered, Rules

_OPPOSITES = {("<", ">"), ("<", ">="), ("<=", ">"), ("=", "<"), ("=", ">"), ("=", "<>")}


def contradiction(domain: Domain) -> str | None:
    """Why no value but null can be in the column; None where one can."""
    limits, length = domain.limits, domain.max_length
    if (limits.allowed is not None or domain.kind.values) and not domain.kind.array and not domain.choices:
        return "of the values that one of its constraints lists, the others leave none"
    if length is not None and limits.min_length > length:
        return f"at least {limits.min_length} characters are asked for and at most {length} are allowed"
    low, high = limits.low, limits.high
    if isinstance(low, Decimal) and isinstance(high, Decimal) and domain.kind.family in ("integer", "decimal", "real"):
        if low > high or (low == high and (limits.low_open or limits.high_open)):
            return f"it has to be over {low} and under {high} at once"
        if domain.kind.family == "integer" and domain.whole_bounds()[0] > domain.whole_bounds()[1]:
            return f"there is no whole number between {low} and {high}"
    if isinstance(low, str) and isinstance(high, str) and low > high:
        return f"it has to be after {low} and before {high} at once"
    required = limits.required or not domain.column.nullable or not domain.kind.nullable
    return "it has to be null and may not be null" if limits.empty and required else None


def said(domains: dict[str, Domain], rules: Rules) -> Iterator[str]:
    """One line for each column and each pair of columns that cannot be as asked, and each type without a generator."""
    for name, domain in domains.items():
        if (reason := contradiction(domain)) is not None:
            nullable = domain.column.nullable and domain.kind.nullable and not domain.limits.required
            way = "it stays null" if nullable else "its constraints are violated or its rows left out"
            yield f"{name} CANNOT SATISFY its constraints: {reason}; {way}"
        elif domain.kind.family == "other" and domain.column.generated is None:
            filled = "null" if domain.column.nullable else "an empty text"
            yield f"no generator knows the type {domain.column.type} of {name}: it is {filled} in every row"
    seen: list[Ordered] = []
    for rule in rules.ordered:
        for other in seen:
            if _against(rule, other):
                yield (
                    f"{rule.column} {rule.operator} {rule.expression} CANNOT HOLD together with "
                    f"{other.column} {other.operator} {other.expression}"
                )
        seen.append(rule)


def _against(one: Ordered, other: Ordered) -> bool:
    """Whether both compare the same two columns in ways that exclude each other."""
    if len(one.uses) != 1 or len(other.uses) != 1:
        return False
    if one.expression.strip('"') != one.uses[0] or other.expression.strip('"') != other.uses[0]:
        return False
    flipped = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
    if (one.column, one.uses[0]) == (other.uses[0], other.column):
        operator = flipped[other.operator]
    elif (one.column, one.uses) == (other.column, other.uses):
        operator = other.operator
    else:
        return False
    return (one.operator, operator) in _OPPOSITES or (operator, one.operator) in _OPPOSITES
