"""The order of things that need each other: what is needed comes first, otherwise nothing moves."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from dbarch_widgets.model.objects import View
from dbarch_widgets.model.schema import QName

Thing = TypeVar("Thing")

_WORD = re.compile(r'"((?:[^"]|"")+)"|`([^`]+)`|(\w+)')


def in_order(
    things: Sequence[Thing], key: Callable[[Thing], Hashable], needs: Callable[[Thing], Iterable[Hashable]]
) -> list[Thing]:
    """Stable, linear; in a circle the thing that came first stays first."""
    by_key: Mapping[Hashable, Thing] = {key(thing): thing for thing in things}
    found: list[Thing] = []
    seen: set[Hashable] = set()
    for start in things:
        stack: list[tuple[Thing, Iterator[Hashable]]] = []
        if key(start) not in seen:
            seen.add(key(start))
            stack.append((start, iter(needs(start))))
        while stack:
            thing, rest = stack[-1]
            for other in rest:
                if other in by_key and other not in seen:
                    seen.add(other)
                    stack.append((by_key[other], iter(needs(by_key[other]))))
                    break
            else:
                found.append(thing)
                stack.pop()
    return found


@lru_cache(maxsize=4096)  # a migration asks each fix for each of its steps
def words_of(sql: str) -> frozenset[str]:
    """Every name and word of a text, as written and in lower case, without quotes."""
    found: set[str] = set()
    for match in _WORD.finditer(sql):
        word = match[1].replace('""', '"') if match[1] else match[2] or match[3]
        found.update((word, word.lower()))
    return frozenset(found)


def views_in_order(views: Sequence[View]) -> list[View]:
    """Views after the views that they seem to read: any word of theirs that names a view counts."""
    by_name: dict[str, list[QName]] = {}
    for view in views:
        for name in {view.name, view.name.lower()}:
            by_name.setdefault(name, []).append(QName(view.schema, view.name))

    def needs(view: View) -> Iterator[QName]:
        for word in sorted(words_of(view.sql) & by_name.keys()):
            yield from (name for name in by_name[word] if name != QName(view.schema, view.name))

    return in_order(views, lambda view: QName(view.schema, view.name), needs)
