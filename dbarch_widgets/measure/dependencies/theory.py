"""What follows from functional dependencies: closures, minimal covers, keys, 3NF and BCNF. Pure sets, no rows.

A dependency is a pair of the columns on its left and the one on its right. The algorithms are those of the textbooks:
closure and minimal cover (Maier), synthesis of 3NF (Bernstein), decomposition into BCNF, the test for preservation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

Columns = frozenset[str]
Rule = tuple[Columns, str]


def closure(columns: Iterable[str], rules: Iterable[Rule]) -> Columns:
    """All columns that these determine."""
    found = set(columns)
    waiting = list(rules)
    while True:
        rest = [rule for rule in waiting if not rule[0] <= found]
        if len(rest) == len(waiting):
            return frozenset(found)
        found |= {right for left, right in waiting if left <= found}
        waiting = rest


def minimal_cover(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Rules from which the same follow, none with a column or a whole rule too many; sorted, so that it is always the same."""
    cover = sorted({rule for rule in rules if rule[1] not in rule[0]}, key=_order)
    for at, rule in enumerate(cover):
        cover[at] = (_needed(*rule, cover), rule[1])
    cover = sorted(set(cover), key=_order)
    # Those with many columns go first: what a single column says is what people know.
    for rule in sorted(cover, key=_order, reverse=True):
        rest = [other for other in cover if other != rule]
        if rule[1] in closure(rule[0], rest):
            cover = rest
    return tuple(cover)


def _needed(left: Columns, right: str, rules: Sequence[Rule]) -> Columns:
    """The left side without the columns that the rest of it does without."""
    for column in sorted(left):
        if len(left) > 1 and right in closure(left - {column}, rules):
            left = left - {column}
    return left


def keys_of(columns: Sequence[str], rules: Sequence[Rule], at_most: int = 12) -> tuple[Columns, ...]:
    """The smallest sets of columns that determine all, smallest first; not more than `at_most`."""
    everything = frozenset(columns)
    needed = everything - {right for _, right in rules}
    movable = [name for name in columns if name not in needed and any(name in left for left, _ in rules)]
    found: list[Columns] = []
    for size in range(len(movable) + 1):
        for extra in combinations(movable, size):
            candidate = needed | set(extra)
            if any(key <= candidate for key in found):
                continue
            if closure(candidate, rules) >= everything:
                found.append(candidate)
                if len(found) >= at_most:
                    return tuple(found)
        if found and size >= 3:
            break
    return tuple(found)


def normal_form(columns: Sequence[str], rules: Sequence[Rule], keys: Sequence[Columns]) -> str:
    """The highest of BCNF, 3NF, 2NF and 1NF that holds."""
    everything = frozenset(columns)
    prime = {name for key in keys for name in key}
    form = "BCNF"
    for left, right in rules:
        if right in left or closure(left, rules) >= everything:
            continue
        if right in prime:
            form = min(form, "3NF", key=_rank)
        elif any(left < key for key in keys):
            return "1NF"
        else:
            form = "2NF"
    return form


def synthesis(
    columns: Sequence[str], rules: Sequence[Rule], keys: Sequence[Columns]
) -> tuple[tuple[Columns, Columns], ...]:
    """The parts of 3NF, each with its key: one for each left side of the cover, and one that holds a key of the whole."""
    cover = minimal_cover(rules)
    groups: dict[Columns, set[str]] = {}
    for left, right in cover:
        # Left sides that determine each other belong together.
        same = next((other for other in groups if closure(other, cover) == closure(left, cover)), left)
        groups.setdefault(same, set(same)).update(left, {right})
    parts = [(frozenset(names), left) for left, names in groups.items()]
    if not any(any(key <= names for key in keys) for names, _ in parts):
        key = keys[0] if keys else frozenset(columns)
        parts.append((key, key))
    kept = [part for part in parts if not any(part[0] < other[0] for other in parts)]
    unused = frozenset(columns) - {name for names, _ in kept for name in names}
    if unused:
        key = keys[0] if keys else frozenset(columns)
        kept.append((frozenset(key | unused), key))
    return tuple(kept)


def bcnf(columns: Sequence[str], rules: Sequence[Rule]) -> tuple[tuple[Columns, Columns], ...]:
    """Parts in BCNF, each with a key, split along one rule after the other."""
    todo, done = [frozenset(columns)], []
    while todo:
        names = todo.pop()
        broken = _broken(names, rules)
        if broken is None:
            local = projected(names, rules)
            keys = keys_of(sorted(names), local, at_most=1)
            done.append((names, keys[0] if keys else names))
            continue
        inside = closure(broken, rules) & names
        todo += [inside, (names - inside) | broken]
    return tuple(part for part in done if not any(part[0] < other[0] for other in done))


def _broken(names: Columns, rules: Sequence[Rule]) -> Columns | None:
    """A left side within these columns that determines some of them and not all."""
    for left, _ in sorted(projected(names, rules), key=_order):
        if not closure(left, rules) >= names:
            return left
    return None


def projected(names: Columns, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules that hold within these columns, from left sides of up to three columns and those of the rules themselves."""
    lefts = {left for left, _ in rules if left <= names}
    ordered = sorted(names)
    for size in (1, 2, 3):
        lefts |= (
            {frozenset(chosen) for chosen in combinations(ordered, size)} if len(ordered) ** size <= 4_096 else set()
        )
    return minimal_cover((left, right) for left in lefts for right in (closure(left, rules) & names) - left)


def lost(rules: Sequence[Rule], parts: Sequence[Columns]) -> tuple[Rule, ...]:
    """The rules that do not follow from what holds within the parts."""
    return tuple(rule for rule in minimal_cover(rules) if rule[1] not in _within(rule[0], rules, parts))


def _within(columns: Columns, rules: Sequence[Rule], parts: Sequence[Columns]) -> Columns:
    """The closure by what each part can enforce alone."""
    found = set(columns)
    while True:
        before = len(found)
        for names in parts:
            found |= closure(found & names, rules) & names
        if len(found) == before:
            return frozenset(found)


def _order(rule: Rule) -> tuple[int, tuple[str, ...], str]:
    return len(rule[0]), tuple(sorted(rule[0])), rule[1]


def _rank(form: str) -> int:
    return ("1NF", "2NF", "3NF", "BCNF").index(form)
