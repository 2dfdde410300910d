"""The card of a table: its columns, keys, neighbours, indexes, policies, findings and queries, as static HTML."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import Index, QName, Schema, Table
from dbarch_widgets.model.workload import Query, Workload
from dbarch_widgets.render.finding_blocks import most_important_first
from dbarch_widgets.render.html import Html, details, element, join, table, text
from dbarch_widgets.render.ids import node_name
from dbarch_widgets.render.words import SEVERITY_MARK, rate
from dbarch_widgets.sql.dialects import sqlglot_name

_FEW = 12
ANCHOR = "card:"


def card_id(name: QName) -> str:
    """The id of a table's card in a page, and what links between cards lead to."""
    return f"{ANCHOR}{node_name(name)}"


class Cards:
    """The cards of a schema. Findings and queries are sorted to their tables once."""

    def __init__(self, schema: Schema, findings: Iterable[Finding] = (), workload: Workload | None = None) -> None:
        self.schema = schema
        self.workload = workload
        self.findings: dict[QName, list[Finding]] = defaultdict(list)
        for finding in most_important_first(tuple(findings)):
            if finding.table is not None and (found := _table_of(schema, finding)):
                self.findings[found.qname].append(finding)

    @cached_property
    def queries(self) -> dict[QName, list[Query]]:
        """The queries that name each table; one that is not understood names none, which the workload's report says."""
        found: dict[QName, list[Query]] = defaultdict(list)
        for query in self.workload.statements if self.workload else ():
            for name in dict.fromkeys(touched(self.schema, query.sql)):
                found[name].append(query)
        return found

    def html(self, subject: Table, *, more: str | None = None) -> Html:
        """What one wants to know of a table at a glance; its neighbours are links to their own cards.

        `more` is the anchor of a place in the page that says all of it.
        """
        columns = _columns(subject)
        if len(subject.columns) > _FEW:
            columns = details(f"{len(subject.columns)} columns", columns)
        return join(
            [
                element("h3", str(subject.qname)),
                element("p", subject.comment) if subject.comment else "",
                _findings(self.findings.get(subject.qname, [])),
                columns,
                _keys(subject),
                _neighbours(self.schema, subject),
                _listed("Indexes", [_index(index) for index in subject.indexes]),
                _row_security(subject),
                _listed("Queries", [_query(query) for query in self.queries.get(subject.qname, [])]),
                element("p", element("a", "All about this table", href=f"#{more}")) if more else "",
            ]
        )


def touched(schema: Schema, sql: str) -> tuple[QName, ...]:
    """The tables of the schema that a statement names; none when it is not understood."""
    from dbarch_widgets.sql.analyse import analyse

    try:
        refs = analyse(sql, sqlglot_name(schema.dialect)).tables
    except (InputError, ValueError):  # the latter for a dialect that sqlglot does not know
        return ()
    tables = (schema.find(QName(ref.schema, ref.name) if ref.schema else ref.name) for ref in refs)
    return tuple(found.qname for found in tables if found)


def _table_of(schema: Schema, finding: Finding) -> Table | None:
    return schema.find(QName(finding.schema, finding.table or "") if finding.schema else finding.table or "")


def _columns(subject: Table) -> Html:
    primary = subject.primary_key.columns if subject.primary_key else ()
    foreign = {name for key in subject.foreign_keys for name in key.columns}
    unique = {name for key in subject.unique for name in key.columns}

    def marks(name: str) -> str:
        found = (("PK", name in primary), ("FK", name in foreign), ("UQ", name in unique))
        return " ".join(mark for mark, holds in found if holds)

    rows = [
        [element("code", column.name), column.type + ("" if column.nullable else ", not null"), marks(column.name)]
        for column in subject.columns
    ]
    return table("", ("Column", "Type", "Key"), rows)


def _keys(subject: Table) -> Html:
    lines = []
    if subject.primary_key:
        lines.append(element("li", "primary key ", _names(subject.primary_key.columns)))
    lines += [element("li", "unique ", _names(key.columns)) for key in subject.unique]
    return _listed("Keys", lines)


def _names(columns: Iterable[str]) -> Html:
    return element("code", ", ".join(columns))


def _neighbours(schema: Schema, subject: Table) -> Html:
    out = [
        element("li", _link(schema, key.target), " by ", _names(key.columns), _on_delete(key.on_delete))
        for key in subject.foreign_keys
    ]
    into = [
        element("li", _link(schema, other.qname), " by ", _names(key.columns), _on_delete(key.on_delete))
        for other, key in schema.referencing(subject.qname)
    ]
    return join([_listed("Refers to", out), _listed("Referred to by", into)])


def _link(schema: Schema, name: QName) -> Html:
    found = schema.find(name)
    return element("a", str(name), href=f"#{card_id(found.qname)}") if found else text(f"{name} (missing)")


def _on_delete(action: str) -> str:
    return "" if action == "no action" else f", on delete {action}"


def _index(index: Index) -> Html:
    keys = ", ".join(key.column or f"({key.expression})" for key in index.keys)
    kind = "unique " if index.unique else ""
    where = f" where {index.where}" if index.where else ""
    return element("li", element("code", index.name), f": {kind}{index.method} ({keys}){where}")


def _row_security(subject: Table) -> Html:
    rls = subject.rls
    if not rls.enabled and not rls.policies:
        return text("")
    state = (
        "forced, for the owner too" if rls.forced else "enabled" if rls.enabled else "not enabled: the policies rest"
    )
    if rls.enabled and not rls.policies:
        state += "; no policy, so nobody but the owner sees a row"
    return join(
        [element("h4", "Row security"), element("p", state), element("ul", [_policy(each) for each in rls.policies])]
    )


def _policy(policy: Policy) -> Html:
    kind = "" if policy.permissive else "restrictive, "
    parts: list[str | Html] = [element("code", policy.name), f": {kind}{policy.command} for {', '.join(policy.roles)}"]
    for word, expression in (("using", policy.using), ("with check", policy.check)):
        if expression:
            parts += [f", {word} ", element("code", expression)]
    return element("li", parts)


def _findings(found: Iterable[Finding]) -> Html:
    def line(finding: Finding) -> Html:
        fix = details("What to do", element("pre", finding.fix.sql)) if finding.fix else ""
        head = element("strong", f"{SEVERITY_MARK[finding.severity]} {finding.severity}")
        return element("li", head, f" {finding.message} ", fix)

    return _listed("Findings", [line(finding) for finding in found])


def _query(query: Query) -> Html:
    often = f", {rate(query.rate)}" if query.rate else ""
    level = f", {query.slo}" if query.slo else ""
    return element("li", details(f"{query.name} ({query.kind}{often}{level})", element("pre", query.sql)))


def _listed(heading: str, items: list[Html]) -> Html:
    return join([element("h4", heading), element("ul", items)]) if items else text("")
