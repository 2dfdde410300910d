"""Findings as SARIF 2.1.0, the form that code hosts show beside the changed lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from dbarch_widgets.model.finding import Acceptance, Finding, Fix
from dbarch_widgets.model.review import Review
from dbarch_widgets.render.clean import clean
from dbarch_widgets.render.evidence_blocks import evidence_sentence
from dbarch_widgets.render.finding_blocks import because_words
from dbarch_widgets.render.review_json import because_json

Json = dict[str, Any]

VERSION = "2.1.0"
LEVELS = {"high": "error", "medium": "warning", "low": "note", "info": "note"}
# Code hosts sort security findings by this number (0 to 10) and not by the level.
_SECURITY_AREAS = frozenset({"security", "tenancy", "privacy"})
_SECURITY_SEVERITY = {"high": "8.0", "medium": "5.0", "low": "3.0", "info": "1.0"}


def review_sarif(review: Review, rules: Iterable[Mapping[str, Any]] = (), *, tool_version: str = "") -> Json:
    """The findings of a review; what could not run becomes a notification, so that silence is not taken for health.

    Code hosts refuse results that are in no file: those about the whole schema are placed at the beginning of its first one.
    Where the schema is one file, a fix is its SQL put at that file's end.
    """
    files = review.schema.report.files
    end = files[0] if len(files) == 1 else None
    log = findings_sarif(
        review.findings, rules, tool_version=tool_version, file=files[0][0] if files else None, end=end
    )
    said = [
        *(
            f"{each.rule} did not run: {each.reason}"
            for each in sorted(review.not_run, key=lambda e: (e.rule, e.reason))
        ),
        *(f"{note.file}:{note.line or 1}: {note.text}" if note.file else note.text for note in review.acceptance_notes),
    ]
    log["runs"][0]["invocations"] = [
        {
            "executionSuccessful": True,
            "toolExecutionNotifications": [
                *({"level": "warning", "message": {"text": clean(text)}} for text in said),
                *({"level": "note", "message": {"text": clean(note)}} for note in review.notes),
            ],
        }
    ]
    return log


def findings_sarif(
    findings: Sequence[Finding],
    rules: Iterable[Mapping[str, Any]] = (),
    *,
    tool_version: str = "",
    file: str | None = None,
    end: tuple[str, int] | None = None,
) -> Json:
    """One run. A rule is a mapping with `name`, and if known `title`, `why`, `fix`, `page`, `severity`, `area`, `url`.

    `file` is where findings without one are placed; `end` is the file, with its number of lines, that fixes are added to.
    """
    known = {str(rule["name"]): rule for rule in rules}
    for finding in findings:
        known.setdefault(finding.rule, {"name": finding.rule, "area": finding.area, "severity": finding.severity})
    names = sorted(known)
    place = {name: number for number, name in enumerate(names)}
    driver: Json = {"name": "dbarch", "rules": [_rule(known[name]) for name in names]}
    if tool_version:
        driver["version"] = tool_version
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": VERSION,
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "utf16CodeUnits",
                "results": _results(findings, place, file, end),
            }
        ],
    }


def _rule(rule: Mapping[str, Any]) -> Json:
    name = str(rule["name"])
    severity = str(rule.get("severity") or "medium")
    area = str(rule.get("area") or "")
    properties: Json = {"tags": [area] if area else []}
    if area in _SECURITY_AREAS:
        properties["tags"] = sorted({area, "security"})
        properties["security-severity"] = _SECURITY_SEVERITY[severity]
    described: Json = {
        "id": name,
        "shortDescription": {"text": clean(rule.get("title") or name.replace("-", " "))},
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": properties,
    }
    if why := rule.get("why"):
        described["fullDescription"] = {"text": clean(why)}
    if fix := rule.get("fix"):
        described["help"] = {"text": clean(fix)}
        if page := rule.get("page"):
            described["help"]["markdown"] = clean(page)
    if url := rule.get("url"):
        described["helpUri"] = str(url)
    return described


def _results(
    findings: Sequence[Finding], place: Mapping[str, int], file: str | None, end: tuple[str, int] | None
) -> list[Json]:
    based = any(finding.accepted and finding.accepted.how == "baseline" for finding in findings)
    results = []
    for finding in sorted(findings, key=_order):
        result = _result(finding, place[finding.rule], file, end)
        if based:
            known = finding.accepted is not None and finding.accepted.how == "baseline"
            result["baselineState"] = "unchanged" if known else "new"
        results.append(result)
    return results


def _result(finding: Finding, rule_index: int, file: str | None, end: tuple[str, int] | None) -> Json:
    properties: Json = {
        "severity": finding.severity,
        "confidence": finding.confidence,
        "area": finding.area,
        "evidence": finding.evidence.kind if finding.evidence else "not measured",
    }
    if finding.evidence:
        properties["measurement"] = clean(evidence_sentence(finding.evidence))
    if finding.fix:
        properties["fix"] = clean(finding.fix.sql)
    if finding.because:
        properties["because"] = [
            {key: clean(text) for key, text in each.items()} for each in because_json(finding.because)
        ]
    said = f"{finding.place}: {finding.message}"
    if because := because_words(finding):
        said = f"{said.rstrip('.')}. {because}"
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": LEVELS[finding.severity],
        "message": {"text": clean(said)},
        "locations": [_location(finding, file)],
        "partialFingerprints": {"dbarchFinding/v1": finding.key},
        "properties": properties,
    }
    if finding.accepted:
        result["suppressions"] = [_suppression(finding.accepted)]
    if finding.fix and end and finding.file == end[0]:
        result["fixes"] = [_sarif_fix(finding.fix, *end)]
    return result


def _suppression(accepted: Acceptance) -> Json:
    by = f", by {accepted.by}" if accepted.by else ""
    until = f", until {accepted.until}" if accepted.until else ""
    return {
        "kind": "inSource" if accepted.how == "comment" else "external",
        "status": "accepted",
        "justification": clean(f"{accepted.because}{by}{until}"),
    }


def _sarif_fix(fix: Fix, file: str, lines: int) -> Json:
    """The fix as a change of the schema's file: its SQL behind the last line."""
    note = f" {fix.note}" if fix.note else ""
    region = {"startLine": lines + 1, "startColumn": 1, "endLine": lines + 1, "endColumn": 1}
    replacement = {"deletedRegion": region, "insertedContent": {"text": f"{clean(fix.sql)}\n"}}
    return {
        "description": {"text": clean(f"Add the SQL of the fix at the end of the schema.{note}")},
        "artifactChanges": [{"artifactLocation": {"uri": _uri(file)}, "replacements": [replacement]}],
    }


def _location(finding: Finding, file: str | None) -> Json:
    """The line in the file where known, and always the object of the database."""
    parts = [part for part in (finding.schema, finding.table, finding.object) if part]
    logical: Json = {"fullyQualifiedName": clean(".".join(parts) or finding.query or "schema")}
    if finding.table or finding.query:
        logical["name"] = clean(finding.table or finding.query)
    location: Json = {"logicalLocations": [logical]}
    if found := finding.file or file:
        physical: Json = {"artifactLocation": {"uri": _uri(found)}}
        physical["region"] = {"startLine": (finding.line if finding.file else None) or 1}
        location["physicalLocation"] = physical
    return location


def _uri(file: str) -> str:
    """A path as a relative reference; backslashes are folders, and a colon would read as a scheme."""
    return quote(clean(file).replace("\\", "/"), safe="/~!$&'()*+,;=@")


def _order(finding: Finding) -> tuple[object, ...]:
    return (finding.file or "", finding.line or 0, finding.rule, finding.key, finding.message)
