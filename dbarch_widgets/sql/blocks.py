"""Walks sqlglot's tree of one statement and collects its blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dbarch_widgets.sql.conditions import Conditions, value_of
from dbarch_widgets.sql.statement import Block, ColumnRef, Role, SortKey, TableRef
from dbarch_widgets.sql.tree import bare_name, column_ref, columns_of, fold, normal_text, shallow, table_ref


class Walk:
    """Collects the blocks of one statement; a block's place in `blocks` is its number."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.blocks: list[Block] = []
        self.written: TableRef | None = None
        self.written_columns: tuple[str, ...] = ()
        self.conflict_columns: tuple[str, ...] = ()
        self.added_to: tuple[str, ...] = ()
        self.given: tuple[str, ...] = ()
        self.on_conflict = False
        self.unions = 0

    def query(
        self,
        node: Any,
        parent: int | None,
        role: Role,
        ctes: frozenset[str],
        limit: Any = None,
        negated: bool = False,
    ) -> None:
        """Walks a SELECT, a set operation, or one of them in parentheses."""
        from sqlglot import exp

        ctes = self._with(node, parent, ctes)
        if isinstance(node, exp.Subquery):
            self.query(node.this, parent, role, ctes, node.args.get("limit") or limit, negated)
        elif isinstance(node, exp.SetOperation):
            self.unions += isinstance(node, exp.Union) and bool(node.args.get("distinct"))
            # The limit of a UNION bounds each of its sides as well.
            outer = node.args.get("limit") or limit
            self.query(node.this, parent, role, ctes, outer, negated)
            self.query(node.expression, parent, role, ctes, outer, negated)
        elif isinstance(node, exp.Select):
            self._select(node, parent, role, ctes, limit, negated)
        elif isinstance(node, exp.Insert | exp.Update | exp.Delete | exp.Merge):
            self.change(node, parent, role, ctes)
        elif isinstance(node, exp.Values):
            self._nested(node.expressions, parent, ctes)

    def change(self, node: Any, parent: int | None, role: Role, ctes: frozenset[str]) -> None:
        """Walks an INSERT, UPDATE, DELETE or MERGE."""
        from sqlglot import exp

        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        if isinstance(target, exp.Table) and self.written is None:
            self.written = table_ref(target)
            self.written_columns = _written_columns(node)
            self.added_to, self.given = _set_to(node)
        ctes = self._with(node, parent, ctes)
        if isinstance(node, exp.Insert):
            self._insert(node, parent, role, ctes)
            return
        number = self._reserve()
        conditions = Conditions(self.dialect)
        sources = _Sources(self, number, ctes)
        sources.add(target, conditions)
        extra = node.args.get("using") or []
        for source in extra if isinstance(extra, list) else [extra]:
            sources.add(source, conditions)
        sources.add(getattr(node.args.get("from_"), "this", None), conditions)
        conditions.where(getattr(node.args.get("where"), "this", None))
        conditions.where(node.args.get("on"), join=True)
        rest = [*(node.args.get("expressions") or []), node.args.get("whens")]
        self._nested([*rest, node.args.get("where"), node.args.get("on")], number, ctes)
        self.blocks[number] = Block(
            kind=type(node).__name__.lower(),  # type: ignore[arg-type]
            role=role,
            tables=tuple(sources.tables),
            derived=tuple(sources.derived),
            predicates=tuple(conditions.predicates),
            columns=columns_of([*rest, node.args.get("where")]),
            filtered=node.args.get("where") is not None or isinstance(node, exp.Merge),
            parent=parent,
        )

    def _insert(self, node: Any, parent: int | None, role: Role, ctes: frozenset[str]) -> None:
        from sqlglot import exp

        conflict = node.args.get("conflict")
        if conflict is not None:
            self.on_conflict = True
            keys = conflict.args.get("conflict_keys") or []
            self.conflict_columns = tuple(name for key in keys if (name := bare_name(key)))
        if isinstance(node.expression, exp.Query | exp.Values):
            self.query(node.expression, parent, "derived" if role != "top" else "top", ctes)

    def _with(self, node: Any, parent: int | None, ctes: frozenset[str]) -> frozenset[str]:
        from sqlglot import exp

        clause = node.args.get("with_")
        if not isinstance(clause, exp.With):
            return ctes
        names = frozenset(fold(cte.args["alias"].this) for cte in clause.expressions)
        recursive = ctes | names if clause.args.get("recursive") else ctes
        known = set(recursive)
        for cte in clause.expressions:
            self.query(cte.this, parent, "cte", frozenset(known))
            known.add(fold(cte.args["alias"].this))
        return ctes | names

    def _reserve(self) -> int:
        self.blocks.append(Block("select", "top"))
        return len(self.blocks) - 1

    def _select(
        self, node: Any, parent: int | None, role: Role, ctes: frozenset[str], limit: Any, negated: bool
    ) -> None:
        number = self._reserve()
        conditions = Conditions(self.dialect)
        sources = _Sources(self, number, ctes)
        sources.add(getattr(node.args.get("from_"), "this", None), conditions)
        for join in node.args.get("joins") or []:
            sources.join(join, conditions)
        for lateral in node.args.get("laterals") or []:
            sources.add(lateral, conditions)
        where = node.args.get("where")
        conditions.where(getattr(where, "this", None))
        clauses = [
            *node.expressions,
            *(node.args.get(name) for name in ("where", "group", "having", "order", "qualify")),
        ]
        self._nested(clauses, number, ctes)
        joined = [join.args.get("on") for join in node.args.get("joins") or []]
        self._nested(joined, number, ctes)
        self.blocks[number] = Block(
            kind="select",
            role=role,
            parent=parent,
            negated=negated,
            tables=tuple(sources.tables),
            derived=tuple(sources.derived),
            crossed=tuple(sources.crossed),
            predicates=tuple(conditions.predicates),
            columns=columns_of([*clauses, *joined]),
            filtered=where is not None,
            **_shape(node, limit, self.dialect),
        )

    def _nested(self, clauses: list[Any], number: int | None, ctes: frozenset[str]) -> None:
        from sqlglot import exp

        for clause in clauses:
            for node in shallow(clause):
                if not isinstance(node, exp.Query):
                    continue
                above = node.parent
                role: Role = "scalar"
                if isinstance(above, exp.Exists):
                    role = "exists"
                elif isinstance(above, exp.In | exp.Any | exp.All):
                    role = "in"
                negated = isinstance(above, exp.In) and isinstance(above.parent, exp.Not)
                self.query(node, number, role, ctes, negated=negated)


class _Sources:
    """The FROM clause of one block."""

    def __init__(self, walk: Walk, number: int, ctes: frozenset[str]) -> None:
        self.walk, self.number, self.ctes = walk, number, ctes
        self.tables: list[TableRef] = []
        self.derived: list[str] = []
        self.crossed: list[str] = []

    def add(self, node: Any, conditions: Conditions) -> None:
        from sqlglot import exp

        if node is None:
            return
        if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
            self.add(node.this, conditions)
        elif isinstance(node, exp.Table):
            self._table(node)
        elif isinstance(node, exp.Subquery):
            self.derived.append(str(node.alias).lower())
            self.walk.query(node, self.number, "derived", self.ctes)
        elif isinstance(node, exp.Lateral):
            self.derived.append(str(node.alias).lower())
            if isinstance(node.this, exp.Query):
                self.walk.query(node.this, self.number, "lateral", self.ctes)
        else:
            self.derived.append(str(node.alias_or_name).lower())
        for join in node.args.get("joins") or []:
            if not isinstance(node, exp.Select):
                self.join(join, conditions)

    def join(self, join: Any, conditions: Conditions) -> None:
        from sqlglot import exp

        before = self.names
        self.add(join.this, conditions)
        new = [name for name in self.names if name not in before]
        explicit = join.args.get("kind") == "CROSS" or join.args.get("method") == "NATURAL"
        if explicit or isinstance(join.this, exp.Lateral):
            self.crossed.extend(new)
        if join.args.get("on") is not None:
            conditions.where(join.args["on"], join=True)
        for name in join.args.get("using") or []:
            conditions.using(fold(name), before, new[-1] if new else None)

    @property
    def names(self) -> list[str]:
        return [*(table.alias for table in self.tables), *self.derived]

    def _table(self, node: Any) -> None:
        from sqlglot import exp

        if not isinstance(node.this, exp.Identifier):
            self.derived.append(str(node.alias_or_name).lower())
            return
        found = table_ref(node)
        if found.schema is None and found.name in self.ctes:
            self.derived.append(found.alias)
        else:
            self.tables.append(found)


def _shape(node: Any, limit: Any, dialect: str) -> dict[str, Any]:
    """The fields of a Block that say what comes out of a SELECT: its columns, order and limits."""
    from sqlglot import exp

    outputs = [item.this if isinstance(item, exp.Alias) else item for item in node.expressions]
    group = node.args.get("group")
    aggregate = any(
        isinstance(part, exp.AggFunc) and not isinstance(part.parent, exp.Window)
        for item in outputs
        for part in shallow(item)
    )
    own = node.args.get("limit") or limit
    amount = None if own is None else own.args.get("count") or own.expression
    offset = node.args.get("offset")
    return {
        "outputs": tuple(_plain_column(item) for item in outputs),
        "names": tuple(str(item.alias) for item in node.expressions if isinstance(item, exp.Alias)),
        "stars": tuple(_star_of(item) for item in outputs if isinstance(item, exp.Star | exp.Column) and item.is_star),
        "group_by": columns_of([group]),
        "order_by": tuple(_sort_keys(node, dialect)),
        "limit": None if amount is None else value_of(amount, dialect),
        "offset": None if offset is None else value_of(offset.expression, dialect),
        "one_row": aggregate and group is None,
        "grouped": group is not None,
        "distinct": node.args.get("distinct") is not None,
        "counts": any(isinstance(item, exp.Count) and isinstance(item.this, exp.Star) for item in outputs),
        "concatenated": tuple(dict.fromkeys(ref for item in outputs for ref in _joined_texts(item))),
        **_locking(node),
    }


def _joined_texts(item: Any) -> Iterator[ColumnRef]:
    """The plain columns that are sides of `||` in an output that is nothing else."""
    from sqlglot import exp

    while isinstance(item, exp.Paren):
        item = item.this
    if isinstance(item, exp.DPipe):
        for side in (item.left, item.right):
            if isinstance(side, exp.Column):
                yield column_ref(side)
            else:
                yield from _joined_texts(side)


def _locking(node: Any) -> dict[str, Any]:
    locks = node.args.get("locks") or []
    if not locks:
        return {}
    return {
        "locks": "update" if any(lock.args.get("update") for lock in locks) else "share",
        # `wait` is False for SKIP LOCKED and True for NOWAIT.
        "skips_locked": any(lock.args.get("wait") is False for lock in locks),
    }


def _sort_keys(node: Any, dialect: str) -> Iterator[SortKey]:
    from sqlglot import exp

    order = node.args.get("order")
    if order is None:
        return
    named = {str(item.alias).lower(): item.this for item in node.expressions if isinstance(item, exp.Alias)}
    for key in order.expressions:
        thing = key.this
        if isinstance(thing, exp.Literal) and not thing.is_string:
            place = int(thing.name) - 1 if thing.name.isdigit() else -1
            if 0 <= place < len(node.expressions):
                thing = node.expressions[place]
                thing = thing.this if isinstance(thing, exp.Alias) else thing
        elif isinstance(thing, exp.Column) and not thing.table:
            thing = named.get(fold(thing.this), thing)
        descending, first = bool(key.args.get("desc")), bool(key.args.get("nulls_first"))
        yield SortKey(_plain_column(thing), normal_text(thing, dialect), descending, first)


def _plain_column(item: Any) -> ColumnRef | None:
    from sqlglot import exp

    return column_ref(item) if isinstance(item, exp.Column) and not item.is_star else None


def _star_of(item: Any) -> str | None:
    table = item.args.get("table")
    return fold(table) if table is not None else None


def _written_columns(node: Any) -> tuple[str, ...]:
    from sqlglot import exp

    if isinstance(node, exp.Insert):
        named = node.this.expressions if isinstance(node.this, exp.Schema) else []
    else:
        sets = node.args.get("expressions") or []
        left = [item.this for item in sets if isinstance(item, exp.EQ)]
        named = [name for item in left for name in (item.expressions if isinstance(item, exp.Tuple) else [item])]
    return tuple(name for item in named if (name := bare_name(item)))


def _set_to(node: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns that an UPDATE sets to something made of themselves, and those that it sets to what it is given."""
    from sqlglot import exp

    own, given = [], []
    for item in node.args.get("expressions") or [] if isinstance(node, exp.Update) else []:
        name = bare_name(item.this) if isinstance(item, exp.EQ) else None
        if name is None:
            continue
        columns = columns_of([item.expression])
        if any(column.name == name for column in columns):
            own.append(name)
        elif not columns and item.expression.find(exp.Placeholder, exp.Parameter):
            given.append(name)
    return tuple(own), tuple(given)
