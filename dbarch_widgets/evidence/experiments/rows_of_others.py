"""How many rows of other tenants a role reads, and how many once they are fenced off."""

from __future__ import annotations

from dbarch_widgets.evidence.asking_as import as_role, reader, settings_of, tables_asked, tenant_column
from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab
from dbarch_widgets.model.objects import View
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.rules.policies import is_true
from dbarch_widgets.rules.views import tables_of
from dbarch_widgets.sql.names import qualified, quote, text_literal

_FENCE = "dbarch.tenant"
_OTHERS = "rows of others readable"


def run(case: Case, lab: Lab) -> Seen:
    """The tenant with most rows asks, with the settings that the policies read; rows of all others are counted."""
    if case.finding.rule == "security-definer-view":
        return _through_view(case, lab)
    table = case.table
    column = tenant_column(case, table)
    name = lab.table(table.qname)
    if case.finding.rule == "rls-not-forced":
        return _as_owner(case, lab, column)
    if column is None:
        raise CannotMeasure("no column says whose a row is")
    tenant = _largest(lab, name, column)
    policy = next((each for each in table.rls.policies if each.name == case.finding.object), None)
    roles = policy.roles if policy else tuple(sorted(grant.role for grant in table.grants))
    role = reader(case, lab, roles, table.qname)
    fence = f"{quote(column)}::text = current_setting('{_FENCE}', true)"
    if policy is not None:
        open_ones = [each for each in table.rls.policies if each.command in ("all", "select") and is_true(each.using)]
        if policy not in open_ones:
            raise CannotMeasure("it lets rows be written, not read")
        after = [f"ALTER POLICY {quote(each.name)} ON {name} USING ({fence})" for each in open_ones]
    else:
        after = [
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY dbarch_fence ON {name} USING ({fence})",
        ]
    settings = [
        *settings_of(lab, table, table.rls.policies, f"{quote(column)}::text = {text_literal(tenant)}"),
        (_FENCE, tenant),
    ]
    seen = [_count(lab, [*change, *as_role(role, settings)], name, column, tenant) for change in ((), after)]
    return Seen(
        f"as {role} for one {column}, and with a policy that compares {column}",
        {_OTHERS: float(seen[0])},
        {_OTHERS: float(seen[1])},
        said=f"{role} asks for one {column} and can read {seen[0]:,} rows of {table.name} that belong to others",
    )


def _as_owner(case: Case, lab: Lab, column: str | None) -> Seen:
    """The owner asks, who has no right to bypass row security."""
    table, name = case.table, lab.table(case.table.qname)
    role = reader(case, lab, (), table.qname)
    lab.execute(f"GRANT CREATE ON SCHEMA {quote(table.schema)} TO {quote(role)}")
    lab.execute(f"ALTER TABLE {name} OWNER TO {quote(role)}")
    where, tenant = "true", ""
    if column is not None:
        tenant = _largest(lab, name, column)
        where = f"{quote(column)}::text = {text_literal(tenant)}"
    settings = settings_of(lab, table, table.rls.policies, where)
    seen = [
        _count(lab, [*change, *as_role(role, settings)], name, column, tenant)
        for change in ((), (f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",))
    ]
    what = _OTHERS if column else "rows readable"
    return Seen(
        f"the owner of {table.name} without and with FORCE ROW LEVEL SECURITY",
        {what: float(seen[0])},
        {what: float(seen[1])},
        said=f"the owner reads {seen[0]:,} rows of {table.name} that no policy lets through",
        not_modelled=("an owner with BYPASSRLS, or a superuser, is bound by nothing",),
    )


def _through_view(case: Case, lab: Lab) -> Seen:
    """A role that may use the view, and the tables below it, reads them through it."""
    view = _view(case)
    below = [table for table in tables_of(case.schema, view) if table.rls.enabled]
    name = qualified(QName(view.schema, view.name))
    roles = sorted(grant.role for grant in view.grants)
    views = [QName(each.schema, each.name) for each in case.schema.views if not each.materialized]
    there = [each for each in views if lab.value(f"SELECT to_regclass({text_literal(qualified(each))})") is not None]
    role = reader(case, lab, roles, *there, *(table.qname for table in tables_of(case.schema, view)))
    table, column = below[0], tenant_column(case, below[0])
    columns = {
        found
        for (found,) in lab.execute(
            f"SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = {text_literal(name)}::regclass AND attnum > 0"
        ).rows
    }
    column = column if column in columns else None
    where, tenant = "true", ""
    if column is not None:
        tenant = _largest(lab, name, column)
        where = f"{quote(column)}::text = {text_literal(tenant)}"
    settings = settings_of(lab, table, table.rls.policies, where)
    fix = [f"ALTER VIEW {lab.table(each)} SET (security_invoker = true)" for each in there]
    seen = [_count(lab, [*change, *as_role(role, settings)], name, column, tenant) for change in ((), fix)]
    what = _OTHERS if column else "rows readable"
    return Seen(
        f"{role} reads {view.name} as it is, and with security_invoker",
        {what: float(seen[0])},
        {what: float(seen[1])},
        said=f"through {view.name} {role} reads {seen[0]:,} rows, where the policies of {table.name} let {seen[1]:,} through",
        not_modelled=("the owner of the view may bypass row security here, as owners often may",),
    )


def _view(case: Case) -> View:
    for view in case.schema.views:
        if (view.schema, view.name) == (case.finding.schema or "public", case.finding.object):
            return view
    raise CannotMeasure("its view is not in the schema")


def _largest(lab: Lab, name: str, column: str) -> str:
    found = lab.value(
        f"SELECT CAST({quote(column)} AS text) FROM {name} WHERE {quote(column)} IS NOT NULL"
        f" GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    )
    if found is None:
        raise CannotMeasure("it has no rows")
    return str(found)


def _count(lab: Lab, setup: list[str], name: str, column: str | None, tenant: str) -> int:
    where = f" WHERE CAST({quote(column)} AS text) IS DISTINCT FROM {text_literal(tenant)}" if column else ""
    with lab.saved(setup):
        return int(lab.value(f"SELECT count(*) FROM {name}{where}"))


def _tables(case: Case) -> tuple[QName, ...]:
    if case.finding.rule != "security-definer-view":
        return tables_asked(case)
    found: list[Table] = list(tables_of(case.schema, _view(case)))
    if not found:
        raise CannotMeasure("the tables of its view are not known")
    return tuple(table.qname for table in found)


EXPERIMENT = Experiment(
    "rows-of-others",
    ("policy-always-true", "tenant-table-without-rls", "rls-not-forced", "security-definer-view"),
    run,
    _tables,
)
