"""What a partition has that its whole table has not: where partitions are folded into one table it is lost."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.describe import check_words, column_words, foreign_key_words, key_words
from dbarch_widgets.model.schema import Table
from dbarch_widgets.sql.write.translate.keys import named_index_words


def only_here(part: Table, whole: Table | None) -> Iterator[tuple[str, str | None]]:
    """(what it is, its definition) of each key, check, index and column that the whole table has not, or has otherwise."""
    known = {check.name for check in whole.checks} if whole else set()
    for check in part.checks:
        if check.name not in known:
            yield f"check {check.name}", check_words(check)
    keys = {(type(key), key.columns) for key in whole.key_constraints} if whole else set()
    for key in part.key_constraints:
        if (type(key), key.columns) not in keys:
            yield f"key {key.name}", key_words(key)
    for index in part.indexes:
        yield f"index {index.name}", named_index_words(index)
    for foreign in part.foreign_keys:
        yield f"foreign key {foreign.name}", foreign_key_words(foreign)
    for column in part.columns:
        here = column_words(column)
        there = whole.column(column.name) if whole and whole.has_column(column.name) else None
        if there is None or column_words(there) != here:
            yield f"column {column.name}", here
        if column.comment is not None and (there is None or there.comment != column.comment):
            yield f"comment on {column.name}", column.comment
