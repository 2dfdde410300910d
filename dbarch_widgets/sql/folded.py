"""Tables of a statement under the names that a database without schemas has them under."""

from __future__ import annotations

from sqlglot import exp

from dbarch_widgets.sql.sqlite_words import SQLiteWords


def rename_tables(tree: exp.Expr, words: SQLiteWords) -> None:
    """Tables under the names of `words`; a reference by the old name gets it as an alias."""
    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in list(tree.find_all(exp.Table)):
        if not isinstance(table.this, exp.Identifier) or (table.name in ctes and not table.db):
            continue
        old, new = table.name, words.mentioned(table.db, table.name)
        table.set("db", None)
        table.set("catalog", None)
        if new != old:
            table.set("this", exp.to_identifier(new, quoted=True))
            used = any(column.table == old for column in tree.find_all(exp.Column))
            if used and not table.alias and not isinstance(table.parent, exp.Insert | exp.Schema):
                table.set("alias", exp.TableAlias(this=exp.to_identifier(old, quoted=True)))
    for column in tree.find_all(exp.Column):
        column.set("db", None)
        column.set("catalog", None)
