"""Decisions as text files and back: `parse_adr(adr_markdown(decision)) == decision`, whatever the texts hold.

A file is plain Markdown that a person can write by hand:

    # 0007. Keep orders in one partitioned table

    - Status: accepted
    - Date: 2026-11-22

    ## Context
    ## Alternatives        a table: name, for it, against it, chosen
    ## Decision
    ## Consequences
    ## Evidence            a list of experiments; a sentence when there is none

What Markdown or this layout would take for its own (a heading of ours inside a text, a bar in a cell, space at the
ends, an HTML tag) is written as a character reference such as `&#124;`, and read back from it.
"""

from __future__ import annotations

import re
from datetime import date

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.review import Alternative, Decision
from dbarch_widgets.render.words import NO_EVIDENCE

_SECTIONS = ("Context", "Alternatives", "Decision", "Consequences", "Evidence")
_HEADING = re.compile(rf"## ({'|'.join(_SECTIONS)})[ \t]*")
_TITLE = re.compile(r"# (-?\d+)\.(?: (.*))?")
_FACT = re.compile(r"(?:- |\* )?(Status|Date): *(.*)")
_STATUSES = ("proposed", "accepted", "superseded")
_HEADERS = "| Alternative | For it | Against it | Chosen |"

# A reference, or the beginning of one that was written out with `&amp;` so that it stays as it is.
_REFERENCE = re.compile(r"&((?:amp;)*)#(?:([0-9]{1,7});)?")
# Ends of lines other than "\n", controls, surrogates: editors and encoders would change or refuse them.
_FRAGILE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_FENCE = re.compile(r"\s*(```|~~~)")


def adr_markdown(decision: Decision) -> str:
    """The decision as the text of `decisions/NNNN-title.md`."""
    parts = [f"# {decision.number:04d}. {_inline(decision.title)}".rstrip(" "), _facts(decision)]
    parts += _text("Context", decision.context)
    if decision.alternatives:
        rows = [
            f"| {_inline(way.name)} | {_inline(way.for_it)} | {_inline(way.against_it)} | {'yes' if way.chosen else ''} |"
            for way in decision.alternatives
        ]
        parts += ["## Alternatives", "\n".join([_HEADERS, "| --- | --- | --- | --- |", *rows])]
    parts += [*_text("Decision", decision.decision), *_text("Consequences", decision.consequences), "## Evidence"]
    opinion = f"{NO_EVIDENCE[0].upper()}{NO_EVIDENCE[1:]}."
    parts.append("\n".join(f"- {_inline(name)}" for name in decision.evidence) or opinion)
    return "\n\n".join(parts) + "\n"


def _facts(decision: Decision) -> str:
    lines = [f"- Status: {decision.status}"]
    lines += [f"- Date: {decision.decided_on.isoformat()}"] if decision.decided_on else []
    return "\n".join(lines)


def _text(title: str, words: str) -> list[str]:
    return [f"## {title}", _body(words)] if words else []


def parse_adr(text: str, *, where: str | None = None) -> Decision:
    """The decision that the text of a file holds. Unknown headings belong to the section they stand in.

    Raises:
        InputError: it is not a decision record; the message names `where` and the line.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    head, sections = _split(lines)
    number, title = _title(head, where)
    status, decided_on = _status(head, where)
    return Decision(
        number=number,
        title=title,
        context=_decoded(sections.get("Context", "")),
        decision=_decoded(sections.get("Decision", "")),
        consequences=_decoded(sections.get("Consequences", "")),
        status=status,
        decided_on=decided_on,
        alternatives=_alternatives(sections.get("Alternatives", ""), where),
        evidence=_evidence(sections.get("Evidence", "")),
    )


def _split(lines: list[str]) -> tuple[list[str], dict[str, str]]:
    """The lines above the first section, and the text of each section without the space around it."""
    head: list[str] = []
    sections: dict[str, list[str]] = {}
    current = head
    fenced = False
    for line in lines:
        fenced ^= bool(_FENCE.match(line)) and current is not head
        if (found := _HEADING.fullmatch(line)) and not fenced:
            current = sections.setdefault(found[1], [])
        else:
            current.append(line)
    return head, {name: "\n".join(body).strip() for name, body in sections.items()}
