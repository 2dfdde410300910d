"""A table read through its policy as it is, and through one that lets an index be used."""

from __future__ import annotations

import re
from typing import Any

from dbarch_widgets.evidence.asking_as import as_role, reader, settings_of, tables_asked
from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab, Side
from dbarch_widgets.evidence.statements import fix_statements, rewritten
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.sql.names import quote

_CALL = re.compile(r"(?<!SELECT )(?<!select )(current_setting\s*\([^()]*\))(::[\w.]+)?", re.IGNORECASE)
_INDEXES = """SELECT c.oid::regclass::text FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
 WHERE i.indrelid = to_regclass($name)"""


def run(case: Case, lab: Lab) -> Seen:
    """A role that the policy binds counts its rows; policy and index are set back for each execution of before."""
    table, name = case.table, lab.table(case.table.qname)
    policy = _policy(case)
    settings = settings_of(lab, table, table.rls.policies)
    if not settings:
        raise CannotMeasure("what its policy compares is not known here")
    role = reader(case, lab, policy.roles, *tables_asked(case))
    before = _indexes(lab, name)
    for statement in _mended(case, policy, name):
        lab.execute(statement)
    lab.execute(f"ANALYZE {name}")
    back = [f"DROP INDEX {index}" for index in sorted(_indexes(lab, name) - before)]
    back.append(f"ALTER POLICY {quote(policy.name)} ON {name} USING ({policy.using})")
    asks = as_role(role, settings)
    sql = f"SELECT count(*) FROM {name}"
    figures = lab.compare(Side(sql, [*back, *asks]), Side(sql, asks), prove=True)
    return Seen(
        f"{role} counts its rows of {table.name} through {policy.name} as it is, and as it would be mended",
        {"pages": figures.before.pages, "rows read": figures.before.rows_read},
        {"pages": figures.after.pages, "rows read": figures.after.rows_read},
        figures.times,
    )


def _policy(case: Case) -> Policy:
    for policy in case.table.rls.policies:
        if policy.name == case.finding.object and policy.using and policy.permissive:
            return policy
    raise CannotMeasure("its policy is not in the schema, or only restricts others")


def _mended(case: Case, policy: Policy, name: str) -> list[str]:
    """The statements of the fix, or the condition with its column left alone and the setting read once; and an index."""
    if case.finding.fix is not None:
        return fix_statements(case)
    column = case.column
    type = case.table.column(column).type
    text = _CALL.sub(r"(SELECT \1\2)", policy.using or "")
    if case.finding.rule == "policy-casts-column":
        text = rewritten(f"SELECT 1 WHERE {text}", lambda tree: _alone(tree, column, type)).partition(" WHERE ")[2]
    change = f"ALTER POLICY {quote(policy.name)} ON {name} USING ({text})"
    return [change, f"CREATE INDEX ON {name} ({quote(column)})"]


def _alone(tree: Any, column: str, type: str) -> Any:
    from sqlglot import exp

    for node in tree.find_all(exp.EQ):
        for mine, theirs in ((node.left, node.right), (node.right, node.left)):
            if isinstance(mine, exp.Cast) and isinstance(mine.this, exp.Column) and mine.this.name == column:
                cast = exp.cast(theirs.copy(), exp.DataType.build(type, dialect="postgres"))
                node.replace(exp.EQ(this=mine.this.copy(), expression=cast))
                return tree
    raise CannotMeasure("how its condition would be rewritten is not known here")


def _indexes(lab: Lab, name: str) -> set[str]:
    return {found for (found,) in lab.execute(_INDEXES, {"name": name}).rows}


EXPERIMENT = Experiment(
    "cost-of-policy",
    (
        "policy-casts-column",
        "policy-setting-read-per-row",
        "policy-column-without-index",
        "policy-subquery-hides-index",
    ),
    run,
    tables_asked,
)
