"""Indexes that are not there: built on the sample, blown up with it, asked about, dropped again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from dbarch_widgets.errors import EngineError, InputError
from dbarch_widgets.miniature.asking import index_at_size, plan_all
from dbarch_widgets.miniature.explaining import Statement
from dbarch_widgets.miniature.inflating import Grown, grown_index
from dbarch_widgets.miniature.miniature import Miniature
from dbarch_widgets.miniature.relations import relations
from dbarch_widgets.model.plans_at_size import Changed, IndexAtSize, PlanAtSize, WhatIf
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.names import qualified
from dbarch_widgets.sql.split import next_piece

_CREATE_INDEX = re.compile(r"CREATE\s+(UNIQUE\s+)?INDEX\b", re.IGNORECASE)
_ON_TABLE = re.compile(r"\bON\s+(?:ONLY\s+)?([\w.]+)\s*(?:\(|USING\b)", re.IGNORECASE)
_MINE = """SELECT n.nspname, c.relname, c.relispartition FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('i', 'I') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"""


def what_if(
    miniature: Miniature,
    before: Sequence[PlanAtSize],
    statements: Sequence[Statement],
    indexes: Sequence[str],
    settings: Mapping[str, str] | None = None,
) -> WhatIf:
    """The plans with those indexes beside the plans without them.

    Args:
        miniature: blown up; it is so again afterwards, without the indexes.
        before: the plans without them.
        statements: the same statements as those plans'.
        indexes: CREATE INDEX statements of any kind.
        settings: the planner's.

    Raises:
        InputError: one of them is no CREATE INDEX.
    """
    written = tuple(_checked(index) for index in indexes)
    try:
        with _with_indexes(miniature, written) as made:
            after = plan_all(miniature, statements, settings)
    except EngineError as error:
        if not miniature.cluster.server.running:
            raise
        return WhatIf(written, error=error.what)
    names = {index.name.rsplit(".", 1)[-1] for index in made}
    changed = tuple(_changed(one, other, names) for one, other in zip(before, after, strict=True))
    return WhatIf(written, made, changed)


def _checked(statement: str) -> str:
    text = statement.strip().rstrip(";").strip()
    piece = next_piece(text, 0)
    if not _CREATE_INDEX.match(text) or piece is None or text[piece.end :].strip():
        raise InputError(f"{text[:80]!r} is no CREATE INDEX statement")
    return text


def _changed(before: PlanAtSize, after: PlanAtSize, names: set[str]) -> Changed:
    ratio = after.cost / before.cost if after.cost is not None and before.cost else None
    used = {node.index for node in after.plan.root.walk() if node.index} if after.plan else set()
    return Changed(before.query, before, after, ratio, tuple(sorted(used & names)))


@contextmanager
def _with_indexes(miniature: Miniature, statements: Sequence[str]) -> Iterator[tuple[IndexAtSize, ...]]:
    """Makes the indexes on the sample as it really is, blows them up with it, and drops them at the end."""
    cluster = miniature.cluster
    before = {QName(row[0], row[1]) for row in cluster.run(_MINE)}
    roots = _roots(miniature, statements)
    miniature.deflate(roots)
    try:
        try:
            miniature.execute_as_owner(statements)
            new = _blown_up(miniature, before)
        finally:
            miniature.inflate_again(roots)
        yield tuple(index_at_size(grown) for grown in new)
    finally:
        if cluster.server.running:
            miniature.forget(before)
            for schema, name, is_part in cluster.run(_MINE):
                if QName(schema, name) not in before and not is_part:
                    cluster.run(f"DROP INDEX {qualified(QName(schema, name))}")


def _roots(miniature: Miniature, statements: Sequence[str]) -> set[QName] | None:
    """The tables that the indexes are for, so that the files of the others can stay; None when one is not recognised."""
    roots = set()
    sql = """SELECT n.nspname, r.relname FROM pg_class c JOIN pg_class r ON r.oid = coalesce(pg_partition_root(c.oid), c.oid)
             JOIN pg_namespace n ON n.oid = r.relnamespace WHERE c.oid = to_regclass(%s)"""
    for statement in statements:
        plain = not any(mark in statement for mark in ('"', "--", "/*"))  # in which another ON may stand
        found = _ON_TABLE.search(statement) if plain else None
        rows = miniature.cluster.run(sql, (found[1],)) if found else []
        if not rows:
            return None
        roots.add(QName(*rows[0]))
    return roots


def _blown_up(miniature: Miniature, before: set[QName]) -> list[Grown]:
    """The new indexes at their size; the statistics of their expressions are gathered."""
    cluster = miniature.cluster
    made = [relation for relation in relations(cluster) if relation.kind == "i" and relation.name not in before]
    sql = "SELECT indexprs IS NOT NULL FROM pg_index WHERE indexrelid = %s"
    roots = {relation.root for relation in made if cluster.run(sql, (relation.oid,))[0][0]}
    miniature.gather_again(root for root in roots if root in miniature.sampled)
    new = [
        grown_index(cluster, relation, miniature.factor(relation), miniature.tables[relation.table])
        for relation in made
    ]
    miniature.sizes |= {grown.relation.name: grown for grown in new}
    return new
