"""The card of the selected table: its columns, keys, indexes, neighbours, findings and queries, as static HTML."""

from __future__ import annotations

from functools import lru_cache

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Index, QName, Schema, Table
from dbarch_widgets.model.workload import Query, Workload
from dbarch_widgets.render.finding_blocks import most_important_first
from dbarch_widgets.render.html import Html, details, element, join, table, text
from dbarch_widgets.render.ids import table_id

_FEW = 12


def card_html(review: Review, subject: Table) -> Html:
    """What one wants to know of a table at a glance; its neighbours are links to their own cards."""
    columns = _columns(subject)
    if len(subject.columns) > _FEW:
        columns = details(f"{len(subject.columns)} columns", columns)
    return join(
        [
            element("h3", str(subject.qname)),
            element("p", subject.comment) if subject.comment else "",
            _findings(review.findings_of(subject.schema, subject.name)),
            columns,
            _neighbours(review.schema, subject),
            _indexes(subject),
            _queries(review.workload, subject),
        ]
    )


def _columns(subject: Table) -> Html:
    primary = subject.primary_key.columns if subject.primary_key else ()
    foreign = {name for key in subject.foreign_keys for name in key.columns}
    unique = {name for key in subject.unique for name in key.columns}

    def marks(name: str) -> str:
        found = (("PK", name in primary), ("FK", name in foreign), ("U", name in unique))
        return " ".join(mark for mark, holds in found if holds)

    rows = [
        [element("code", column.name), column.type + ("" if column.nullable else ", not null"), marks(column.name)]
        for column in subject.columns
    ]
    return table("", ("Column", "Type", "Key"), rows)


def _neighbours(schema: Schema, subject: Table) -> Html:
    out = [
        element(
            "li", _link(schema, key.target), " by ", element("code", ", ".join(key.columns)), _on_delete(key.on_delete)
        )
        for key in subject.foreign_keys
    ]
    into = [
        element(
            "li", _link(schema, other.qname), " by ", element("code", ", ".join(key.columns)), _on_delete(key.on_delete)
        )
        for other, key in schema.referencing(subject.qname)
    ]
    return join([_listed("Refers to", out), _listed("Referred to by", into)])


def _link(schema: Schema, name: QName) -> Html:
    found = schema.find(name)
    return element("a", str(name), href=f"#{table_id(found.qname)}") if found else text(f"{name} (missing)")


def _on_delete(action: str) -> str:
    return "" if action == "no action" else f", on delete {action}"


def _indexes(subject: Table) -> Html:
    def line(index: Index) -> Html:
        keys = ", ".join(key.column or f"({key.expression})" for key in index.keys)
        kind = "unique " if index.unique else ""
        where = f" where {index.where}" if index.where else ""
        return element("li", element("code", index.name), f": {kind}{index.method} ({keys}){where}")

    return _listed("Indexes", [line(index) for index in subject.indexes])


def _findings(found: tuple[Finding, ...]) -> Html:
    def line(finding: Finding) -> Html:
        fix = details("What to do", element("pre", finding.fix.sql)) if finding.fix else ""
        return element("li", element("strong", finding.severity), f" {finding.message} ", fix)

    return _listed("Findings", [line(finding) for finding in most_important_first(found)])


def _queries(workload: Workload | None, subject: Table) -> Html:
    if workload is None:
        return text("")

    def line(query: Query) -> Html:
        rate = f", {query.rate:g}/s" if query.rate else ""
        slo = f", {query.slo}" if query.slo else ""
        return element("li", details(f"{query.name} ({query.kind}{rate}{slo})", element("pre", query.sql)))

    return _listed(
        "Queries", [line(query) for query in workload.queries if (subject.schema, subject.name) in _touched(query.sql)]
    )


@lru_cache(maxsize=4096)
def _touched(sql: str) -> frozenset[tuple[str, str]]:
    """The tables that a statement names; none when it is not understood, which the workload's own report says."""
    from dbarch_widgets.sql.analyse import analyse

    try:
        return frozenset((ref.schema or "public", ref.name) for ref in analyse(sql).tables)
    except InputError:
        return frozenset()


def _listed(heading: str, items: list[Html]) -> Html:
    return join([element("h4", heading), element("ul", items)]) if items else text("")
