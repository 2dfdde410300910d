"""Record that can be rewritten.

Symptom: A table that records what happened (an audit trail, a journal, postings, executed trades) can be updated or
deleted: a role has the right, or nothing prevents it at all.

Why it matters: After an UPDATE the first version is gone, and with it the proof of what was known when. Rules on books and
records (SEC 17a-4(f), MiFIR Article 25) ask that the original and every change can be made again, with time and author.

When it is fine: Corrections are rows of their own, and the right to update is for a status that is not part of the record;
then keep that status in another table.

How to fix: Grant INSERT and SELECT only; refuse UPDATE and DELETE in a trigger that also stops the owner; keep corrections
as reversing rows. Against a determined owner publish a digest outside of the database.

Source: SEC Rule 17a-4(f); MiFIR Article 25; PCI DSS 4.0.1 requirement 10.3; TigerBeetle documentation, data modelling.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Confidence, Finding, Fix, Severity
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.records import record_kind, refuses
from dbarch_widgets.rules.words import and_list, words

_CHANGES = ("update", "delete", "truncate")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each record that can be changed."""
    granted = any(table.grants for table in context.schema.tables)
    for table in context.tables:
        what = record_kind(table)
        if what is None or refuses(table, "update", "delete"):
            continue
        rights = _rights(table)
        if rights or not granted:
            yield _finding(context, table, what, rights)


def _rights(table: Table) -> dict[str, list[str]]:
    """Who may change or delete rows, and how."""
    found: dict[str, set[str]] = {}
    for grant in table.grants:
        given = {name.lower() for name in grant.privileges}
        changes = set(_CHANGES) if given & {"all", "all privileges"} else given & set(_CHANGES)
        if changes:
            found.setdefault(grant.role, set()).update(changes)
    return {role: [name for name in _CHANGES if name in rights] for role, rights in found.items()}


def _finding(context: Context, table: Table, what: str, rights: dict[str, list[str]]) -> Finding:
    marks = tuple(name for name in table.column_names if {"corrected", "correction", "amended"} & set(words(name)))
    queries = [
        query.name
        for query in context.queries_on(table)
        if query.statement.verb in ("update", "delete") and query.written and context.root(query.written) is table
    ]
    if rights:
        held = [right.upper() for right in _CHANGES if any(right in given for given in rights.values())]
        words_ = f"{and_list(rights)} may {and_list(held)} its rows and no trigger refuses it"
        severity: Severity = "high" if queries or marks else "medium"
        confidence: Confidence = "likely"
    else:
        words_, severity, confidence = "nothing refuses an UPDATE or DELETE of its rows", "low", "hint"
    done = f"; {and_list(queries)} does so" if queries else ""
    in_place = f", and {and_list(marks)} say that it is corrected in place" if marks else ""
    sql = "\n".join(
        f"REVOKE {', '.join(given).upper()} ON {dotted(table.qname)} FROM {'PUBLIC' if role == 'public' else ident(role)};"
        for role, given in rights.items()
    )
    return RULE.finding(
        f"{table.qname} is {what}, but {words_}{done}{in_place}",
        table=table,
        columns=marks,
        severity=severity,
        confidence=confidence,
        fix=Fix(sql, note="Add a trigger that refuses both, so that the owner cannot do it by mistake either.")
        if sql
        else None,
    )


RULE = Rule(
    name="mutable-audit-table",
    area="audit",
    severity="medium",
    confidence="likely",
    summary="A table that records what happened can be updated or deleted",
    check=check,
)
