"""Names of several styles.

Symptom: Tables are partly in the singular and partly in the plural, or names are partly `snake_case` and partly `camelCase`.

Why it matters: Nobody can guess a name: each query begins with a look into the catalog, generators of code make two styles of
classes, and mixed case has to be quoted in PostgreSQL.

When it is fine: Some tables belong to a framework or another product; those that are known are left out.

How to fix: Agree on one style for what is new, and rename the few that differ, with a view under the old name meanwhile.

Source: schemalint rules name-casing and name-inflection; Azimutt rules on inconsistent names; Joe Celko, SQL Programming
Style, chapter 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.warehouse import is_dimension, is_fact, is_staging
from dbarch_widgets.rules.words import and_list, singular, words

_CAMEL = re.compile(r"[a-z][A-Z]")
_LEAST, _SHARE = 6, 0.25
_NEITHER = frozenset("data info history stock news series status address access audit metadata staff".split())  # noqa: SIM905


def check(context: Context) -> Iterator[Finding]:
    """At most one finding for number and one for case."""
    names = [table.name for table in context.designed]
    # A fact is of many sales, a dimension of one customer; staging is called as what it takes.
    counted = [t.name for t in context.designed if not (is_fact(t) or is_dimension(t) or is_staging(t))]
    plain = [name for name in counted if words(name) and words(name)[-1] not in _NEITHER and name[-1:].isalpha()]
    plural = [name for name in plain if singular(name) != name]
    single = [name for name in plain if singular(name) == name]
    if _is_mixed(len(plural), len(single)):
        yield _finding(context, "plural", plural, "singular", single, "tables")
    columns = [column.name for table in context.designed for column in table.columns]
    camel = sorted({name for name in (*names, *columns) if _CAMEL.search(name)})
    snake = sorted({name for name in (*names, *columns) if "_" in name and name == name.lower()})
    if _is_mixed(len(camel), len(snake)):
        yield _finding(context, "camelCase", camel, "snake_case", snake, "names")


def _is_mixed(one: int, other: int) -> bool:
    """Whether both are styles: a few exceptions are not."""
    return one + other >= _LEAST and min(one, other) >= max(2, _SHARE * (one + other))


def _finding(context: Context, one: str, ones: list[str], other: str, others: list[str], what: str) -> Finding:
    return RULE.finding(
        f"{len(ones)} {what} are in {one if one != 'plural' else 'the plural'} ({and_list(ones, at_most=2)}), {len(others)} in "
        f"{other if other != 'singular' else 'the singular'} ({and_list(others, at_most=2)}): nobody can guess a name",
        object=f"{one} and {other}",
        file=context.only_file,
    )


RULE = Rule(
    name="inconsistent-names",
    area="naming",
    severity="info",
    confidence="hint",
    summary="Names follow several styles",
    check=check,
)
