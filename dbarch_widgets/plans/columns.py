"""Which columns of a condition an index could serve. The expressions are those that an engine prints, fully in brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_INIT_PLAN = re.compile(r"\(InitPlan \d+\)\.col\d+")


@dataclass
class Wanted:
    """What conjuncts of a condition compare: columns with equality, columns with a range, and what no B-tree serves."""

    equal: list[str] = field(default_factory=list)
    ranged: list[str] = field(default_factory=list)
    expressions: list[str] = field(default_factory=list)
    casts: list[str] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns in the order that an index wants: equality first, then one range."""
        return (*dict.fromkeys(self.equal), *[name for name in self.ranged if name not in self.equal][:1])


def wanted_columns(condition: str, dialect: str = "postgres") -> Wanted:
    """The columns that the conjuncts of a condition compare with values; nothing of what cannot be read."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    wanted = Wanted()
    if len(condition) > 4000:
        return wanted
    try:
        tree = sqlglot.parse_one(_INIT_PLAN.sub("'x'", condition), dialect=dialect)
    except (SqlglotError, RecursionError):
        return wanted
    for conjunct in _conjuncts(tree):
        match conjunct:
            case exp.EQ() | exp.Is() | exp.In():
                _take(conjunct, wanted.equal, wanted)
            case exp.GT() | exp.GTE() | exp.LT() | exp.LTE() | exp.Between():
                _take(conjunct, wanted.ranged, wanted)
            case exp.Like() | exp.ILike():
                wanted.patterns.append(_written(conjunct.this))
            case exp.Boolean() | exp.Not() | exp.Or() | exp.NEQ():
                continue
            case exp.Column():
                wanted.equal.append(conjunct.name)
    return wanted


def _conjuncts(tree: Any) -> list[Any]:
    from sqlglot import exp

    if isinstance(tree, exp.Paren):
        return _conjuncts(tree.this)
    if isinstance(tree, exp.And):
        return [*_conjuncts(tree.left), *_conjuncts(tree.right)]
    return [tree]


def _take(comparison: Any, names: list[str], wanted: Wanted) -> None:
    """The side that has columns, where the other has none."""
    from sqlglot import exp

    assert isinstance(comparison, exp.Expression)
    left, right = _bare(comparison.this), _bare(comparison.args.get("expression"))
    if isinstance(right, exp.Any) and isinstance(comparison, exp.EQ):
        right = None  # `= ANY (array)` is IN
    sides = [side for side in (left, right) if side is not None and side.find(exp.Column)]
    if len(sides) != 1:
        return
    side = sides[0]
    if isinstance(side, exp.Column):
        names.append(side.name)
    elif isinstance(side, exp.Cast) and not _works_on(side):
        wanted.casts.append(_written(side))
    elif not side.find(exp.Select):
        wanted.expressions.append(_written(side))


def _works_on(cast: Any) -> bool:
    """Whether there is more below the cast than casts, brackets and a column."""
    from sqlglot import exp

    while isinstance(cast, exp.Cast | exp.Paren):
        cast = cast.this
    return not isinstance(cast, exp.Column)


def _bare(tree: Any) -> Any:
    """Without brackets, and without the one cast from varchar to text that changes nothing."""
    from sqlglot import exp

    while isinstance(tree, exp.Paren):
        tree = tree.this
    if isinstance(tree, exp.Cast) and tree.to.sql(dialect="postgres").lower() == "text":
        inner = tree.this
        while isinstance(inner, exp.Paren):
            inner = inner.this
        return inner if isinstance(inner, exp.Column) else tree
    return tree


def _written(tree: Any) -> str:
    from sqlglot import exp

    assert isinstance(tree, exp.Expression)
    bare = tree.transform(lambda node: _unqualified(_bare(node)))
    return str(bare.sql(dialect="postgres", normalize_functions="lower"))


def _unqualified(node: Any) -> Any:
    from sqlglot import exp

    if isinstance(node, exp.Column) and node.table:
        return exp.column(node.this.copy())
    return node
