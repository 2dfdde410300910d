"""What hangs on a column, and therefore stands in the way of changing it."""

from __future__ import annotations

import re

from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.context import Context


def mentions(expression: str | None, name: str) -> bool:
    """Whether an expression has the name as a whole word."""
    return bool(expression) and re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", expression or "") is not None


def blocks_type_change(context: Context, table: Table, name: str) -> bool:
    """Whether ALTER COLUMN … TYPE would be refused: a partition key, a generated column, a policy, a view or a rule.

    Views are found by the table's and the column's name in their text, which may see one too many.
    """
    if name in context.partition_columns(table):
        return True
    if any(mentions(column.generated, name) for column in table.columns):
        return True
    if any(mentions(policy.using, name) or mentions(policy.check, name) for policy in table.rls.policies):
        return True
    if any(name in trigger.events or mentions(trigger.when, name) for trigger in table.triggers):
        return True
    return any(table.name in words and (name in words or "*" in words) for words in context.view_words)
