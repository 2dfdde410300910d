"""All rules, in the order in which they run, and how they are run."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace

from dbarch_widgets.classification.samples import Rows
from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.finding import SEVERITIES, Because, Finding
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.loads import by_load, load_of, loads_of
from dbarch_widgets.model.review import NotRun
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.rules import (
    audit,
    constraints,
    edge,
    indexes,
    keys,
    naming,
    operations,
    partitioning,
    privacy,
    relations,
    security,
    tenancy,
    trading,
    types,
)
from dbarch_widgets.rules import workload as on_queries
from dbarch_widgets.rules.answers import with_answers
from dbarch_widgets.rules.asks import paths_of
from dbarch_widgets.rules.base import CannotRun, Context, Rule
from dbarch_widgets.rules.fixes import planned, too_new
from dbarch_widgets.rules.overlapping import told_of_longer
from dbarch_widgets.rules.running import Ran
from dbarch_widgets.rules.weights import weighed
from dbarch_widgets.sql.postgres_words import in_postgres_words

RULES: tuple[Rule, ...] = (
    *keys.RULES,
    *relations.RULES,
    *types.RULES,
    *constraints.RULES,
    *naming.RULES,
    *indexes.RULES,
    *partitioning.RULES,
    *security.RULES,
    *tenancy.RULES,
    *privacy.RULES,
    *audit.RULES,
    *trading.RULES,
    *edge.RULES,
    *operations.RULES,
    *on_queries.RULES,
)

_NEEDS = {"workload": "needs a workload", "intake": "needs an intake"}


def rule_named(name: str) -> Rule:
    """The rule of that name.

    Raises:
        UnknownName: there is no such rule; the message offers the nearest names.
    """
    for rule in RULES:
        if rule.name == name:
            return rule
    raise UnknownName("rule", name, [rule.name for rule in RULES])


def run_rules(
    schema: Schema,
    workload: Workload | None = None,
    intake: Intake | None = None,
    only: Iterable[str] | None = None,
    rows: Rows | None = None,
) -> tuple[tuple[Finding, ...], tuple[NotRun, ...]]:
    """What the rules find, worst first, and the rules that could not run; for the arguments see `run`."""
    ran = run(schema, workload, intake, only, rows)
    return ran.findings, ran.not_run


def run(
    schema: Schema,
    workload: Workload | None = None,
    intake: Intake | None = None,
    only: Iterable[str] | None = None,
    rows: Rows | None = None,
) -> Ran:
    """What the rules find, worst first, the rules that could not run, and which open answers they did without.

    Args:
        schema: what is reviewed.
        workload: its queries; without it the rules that need one are in the second part of the answer.
        intake: the answers to the clarifying questions; the same.
        only: names of rules to run instead of all.
        rows: values of the tables, or a DuckDB file with them, for rules that look at what columns hold.

    Raises:
        UnknownName: `only` has a name that no rule has.
        SourceError: `rows` is a path where there is no DuckDB database.
    """
    chosen = RULES if only is None else tuple(rule_named(name) for name in dict.fromkeys(only))
    context = Context(in_postgres_words(schema), workload, intake, rows, schema)
    findings: list[Finding] = []
    # What is wrong with the rows is said once, before any rule asks for them.
    notes = context.classification.notes if rows is not None else ()
    not_run = [NotRun("values", note) for note in notes]
    missed: dict[str, frozenset[str]] = {}
    for rule in chosen:
        if not rule.is_for(schema.dialect):
            if only is None:
                continue  # what it looks at is not in this database: nothing is missed
            not_run.append(NotRun(rule.name, f"says nothing about {schema.dialect}"))
            continue
        found, reason = _run(rule, context, not_run, missed)
        findings.extend(found)
        if reason is not None:
            not_run.append(NotRun(rule.name, reason))
        elif "workload" in rule.needs and context.unread:
            not_run.append(NotRun(rule.name, _unread(context)))
    findings = _in_its_words(findings, chosen, schema.dialect, not_run)
    return Ran(tuple(told_of_longer(_worst_first(findings, workload))), tuple(not_run), missed)


def _in_its_words(
    findings: list[Finding], chosen: Iterable[Rule], dialect: str, not_run: list[NotRun]
) -> list[Finding]:
    """Without fixes in PostgreSQL's words where another database is reviewed; the advice of the rule's page holds all the same."""
    foreign = {rule.name for rule in chosen if rule.fix_dialect != dialect}
    if not any(finding.fix and finding.rule in foreign for finding in findings):
        return findings
    if dialect != "postgres":
        not_run.append(NotRun("fixes", f"most have SQL for PostgreSQL only, and this is {dialect}"))
    return [replace(finding, fix=None) if finding.rule in foreign else finding for finding in findings]


def _worst_first(findings: Iterable[Finding], workload: Workload | None) -> list[Finding]:
    """By severity, then by their share of the workload's load, or by how often their query runs where nobody measured."""
    loads = loads_of(workload)
    rates = {query.name: query.rate or 0.0 for query in workload.queries} if workload else {}
    return sorted(
        (by_load(finding, loads) for finding in findings),
        key=lambda finding: (
            SEVERITIES.index(finding.severity),
            -(load.share if (load := load_of(finding, loads)) else 0.0),
            -rates.get(finding.query or "", 0.0),
            finding.schema or "",
            finding.table or "",
        ),
    )


def _runnable(findings: list[Finding], context: Context, not_run: list[NotRun]) -> list[Finding]:
    """Without fixes that the PostgreSQL of the design cannot run; each that is left out is said."""
    kept = []
    for finding in findings:
        version = too_new(finding, context)
        if version is None:
            kept.append(finding)
            continue
        said = f"the fix for {finding.place} needs PostgreSQL {version}, and the intake says {context.postgres_version}"
        not_run.append(NotRun(finding.rule, said))
        kept.append(replace(finding, fix=None, because=(*finding.because, Because("engines", ""))))
    return kept


def _run(
    rule: Rule, context: Context, not_run: list[NotRun], missed: dict[str, frozenset[str]]
) -> tuple[list[Finding], str | None]:
    """The rule's findings as the answers weigh them, and the reason when it could not run; what it missed is noted."""
    missing = [need for need in rule.needs if getattr(context, need) is None]
    if missing:
        if "intake" in missing:
            missed[rule.name] = paths_of(rule)
        return [], " and ".join(_NEEDS[need] for need in missing)
    context.asked.clear()
    found, reason = _checked(rule, context)
    found = [planned(weighed(finding, context), context) for finding in found]
    if context.asked:
        missed[rule.name] = frozenset(context.asked)
    if rule.fix_dialect == "postgres":
        found = _runnable(found, context, not_run)
    return [with_answers(finding, context.intake) for finding in found], reason


def _checked(rule: Rule, context: Context) -> tuple[list[Finding], str | None]:
    """What its check finds, and the reason when it could not run to its end."""
    try:
        return list(rule.check(context)), None
    except CannotRun as reason:
        return [], str(reason)
    except Exception as error:
        # One broken rule must not cost the reader all the others.
        if os.environ.get("DBARCH_STRICT") == "1":
            raise
        return [], f"stopped by a fault of its own: {type(error).__name__}: {error}"


def _unread(context: Context) -> str:
    """Which queries the rules on queries did not look at."""
    names = ", ".join(f"{query.name} ({reason})" for query, reason in context.unread[:3])
    more = f" and {len(context.unread) - 3} more" if len(context.unread) > 3 else ""
    return f"did not look at {len(context.unread)} of the workload's queries: {names}{more}"
