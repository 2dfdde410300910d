"""A Review as the JSON of `dbarch review --json`: a promise to users, so fields are added and never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from dbarch_widgets.model.answer_titles import question_words
from dbarch_widgets.model.finding import SEVERITIES, Acceptance, Because, Evidence, Finding, Fix
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.slow_queries import SlowQueries, SlowQuery
from dbarch_widgets.render.evidence_blocks import evidence_sentence
from dbarch_widgets.render.provenance import reviewed

Json = dict[str, Any]


def review_json(review: Review) -> Json:
    """Findings, their number by severity, open questions, and the rules that could not run; all in a stable order."""
    return {
        "title": review.title,
        "schema": reviewed(review.schema),
        "findings": [finding_json(finding) for finding in sorted(review.findings, key=_order)],
        "summary": review.counts(),
        "slow_queries": slow_queries_json(review.slow_queries()),
        "requirements": [{**asdict(each), "verdict": each.verdict} for each in review.requirements],
        "acceptance_notes": [asdict(note) for note in review.acceptance_notes],
        "weighings": [{**asdict(each), "because": because_json(each.because)} for each in review.weighings],
        "open_questions": [asdict(question) for question in review.open_questions],
        "intake_warnings": list(review.intake_warnings),
        "not_run": [asdict(each) for each in sorted(review.not_run, key=lambda each: (each.rule, each.reason))],
        "notes": list(review.notes),
    }


def _order(finding: Finding) -> tuple[object, ...]:
    """Severity first; then by place, so that a review of the same schema is the same text."""
    return (
        SEVERITIES.index(finding.severity),
        finding.schema or "",
        finding.table or "",
        finding.rule,
        finding.columns,
        finding.object or "",
        finding.query or "",
        finding.key,
        finding.message,
    )


def finding_json(finding: Finding) -> Json:
    """One finding with every field, null where there is none."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "area": finding.area,
        "schema": finding.schema,
        "table": finding.table,
        "columns": list(finding.columns),
        "object": finding.object,
        "query": finding.query,
        "file": finding.file,
        "line": finding.line,
        "message": finding.message,
        "fix": _fix(finding.fix) if finding.fix else None,
        "evidence": evidence_json(finding.evidence) if finding.evidence else None,
        "references": list(finding.references),
        "because": because_json(finding.because),
        "accepted": acceptance_json(finding.accepted) if finding.accepted else None,
        "lapsed": acceptance_json(finding.lapsed) if finding.lapsed else None,
        "members": list(finding.members),
        "queries": list(finding.queries),
        "key": finding.key,
    }


def slow_queries_json(slow: SlowQueries) -> Json:
    """Where the time goes, worst first: `findings` are keys; what is not known is null. No rows where no times are known."""
    return {
        "rows": [_slow(each) for each in slow.rows],
        "others": slow.others,
        "others_share": slow.rest,
        "untimed": slow.untimed,
    }


def _slow(each: SlowQuery) -> Json:
    query, seen = each.query, each.seen
    return {
        "query": query.name,
        "sql": query.sql,
        "file": query.file,
        "line": query.line,
        "mean_ms": query.mean,
        "calls": query.calls,
        "per_second": query.rate,
        "seconds_per_second": each.load.seconds,
        "share": each.load.share,
        "findings": [finding.key for finding in each.findings],
        "plan": evidence_json(seen.evidence) if seen and seen.evidence else None,
        "plan_not_seen": None if each.findings or (seen and seen.evidence) else (seen.why if seen else "not run"),
    }


def because_json(because: Iterable[Because]) -> list[Json]:
    """The answers it rests on: where each stands in `intake.yaml`, its question in a few words, and the answer."""
    return [{"path": each.path, "question": question_words(each.path), "answer": each.answer} for each in because]


def acceptance_json(acceptance: Acceptance) -> Json:
    """Why a finding is lived with, whose word that is, and its last day."""
    return {
        "because": acceptance.because,
        "by": acceptance.by,
        "until": acceptance.until.isoformat() if acceptance.until else None,
        "source": acceptance.source,
    }


def _fix(fix: Fix) -> Json:
    return {"sql": fix.sql, "reversible": fix.reversible, "note": fix.note}


def evidence_json(evidence: Evidence) -> Json:
    """What a claim rests on; `before` and `after` map a quantity, its unit in the name, to a number."""
    return {
        "kind": evidence.kind,
        "engine": evidence.engine,
        "seed": evidence.seed,
        "rows": dict(evidence.rows),
        "before": dict(evidence.before),
        "after": dict(evidence.after),
        "ratio": asdict(evidence.ratio) if evidence.ratio else None,
        "name": evidence.name,
        "command": evidence.command,
        "said": evidence.said,
        "stated_rows": dict(evidence.stated),
        "not_modelled": list(evidence.not_modelled),
        "sentence": evidence_sentence(evidence),
    }
