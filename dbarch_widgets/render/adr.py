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
import sys
from datetime import date
from typing import Literal, cast

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.review import Alternative, Decision
from dbarch_widgets.render.words import NO_EVIDENCE

OPINION = f"{NO_EVIDENCE[0].upper()}{NO_EVIDENCE[1:]}"
_SECTIONS = ("Context", "Alternatives", "Decision", "Consequences", "Evidence")
_HEADING = re.compile(rf"## ({'|'.join(_SECTIONS)})[ \t]*")
_TITLE = re.compile(r"# (-?\d+)\.(?: (.*))?")
_FACT = re.compile(r"(?:- |\* )?(Status|Date): *(.*)")
_STATUSES = ("proposed", "accepted", "superseded")
_HEADERS = "| Alternative | For it | Against it | Chosen |"

# A reference, or the beginning of one that was written out with `&amp;` so that it stays as it is.
_REFERENCE = re.compile(r"&((?:amp;)*)#(?:([0-9]{1,7});)?")
# Ends of lines other than "\n", controls, surrogates: editors and encoders would change or refuse them; marks that hide
# or reorder text.
_FRAGILE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]"
)
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_SPACE = " \t\n"
_ITEM = re.compile(r"[-*](?: (.*))?")
_BAR = re.compile(r"(?<!\\)\|")


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
    parts.append("\n".join(f"- {_inline(name)}" for name in decision.evidence) or f"{OPINION}.")
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
        evidence=_evidence(sections.get("Evidence", ""), where),
    )


def _split(lines: list[str]) -> tuple[list[str], dict[str, str]]:
    """The lines above the first section, and the text of each section without the space around it."""
    head: list[str] = []
    sections: dict[str, list[str]] = {}
    current = head
    for line in lines:
        if found := _HEADING.fullmatch(line):
            current = sections.setdefault(found[1], [])
        else:
            current.append(line)
    return head, {name: "\n".join(body).strip(_SPACE) for name, body in sections.items()}


def _title(head: list[str], where: str | None) -> tuple[int, str]:
    for line in head:
        if found := _TITLE.fullmatch(line.strip(_SPACE)):
            return int(found[1]), _decoded_inline(found[2] or "")
    raise InputError("no title was found", where=where, to_do="begin the file with a line like '# 0007. Title'")


def _status(head: list[str], where: str | None) -> tuple[Literal["proposed", "accepted", "superseded"], date | None]:
    facts = {found[1]: found[2].strip() for line in head if (found := _FACT.fullmatch(line.strip(_SPACE)))}
    status = facts.get("Status", "accepted").lower()
    if status not in _STATUSES:
        raise InputError(f"{status!r} is no status", where=where, to_do=f"one of {', '.join(_STATUSES)}")
    written = facts.get("Date")
    try:
        return cast('Literal["proposed", "accepted", "superseded"]', status), date.fromisoformat(
            written
        ) if written else None
    except ValueError:
        raise InputError(f"{written!r} is no date", where=where, to_do="write it as 2026-11-22") from None


def _alternatives(body: str, where: str | None) -> tuple[Alternative, ...]:
    rows = [line.strip(_SPACE) for line in body.split("\n") if line.strip(_SPACE)]
    return tuple(_alternative(row, where) for row in rows[2:]) if _is_table(rows, where) else ()


def _is_table(rows: list[str], where: str | None) -> bool:
    """Whether there is a table; its first two lines are the headers and the rule below them."""
    for row in rows:
        if not (row.startswith("|") and row.endswith("|") and len(row) > 1):
            raise InputError(f"a line of the alternatives is no table row: {row[:60]!r}", where=where, to_do=_HEADERS)
    return bool(rows)


def _alternative(row: str, where: str | None) -> Alternative:
    cells = [_decoded_inline(cell.strip(_SPACE).replace("\\|", "|")) for cell in _BAR.split(row[1:-1])]
    if len(cells) != 4:
        raise InputError(
            f"a row of the alternatives has {len(cells)} cells, not 4: {row[:60]!r}", where=where, to_do=_HEADERS
        )
    chosen = cells[3].strip().lower()
    if chosen not in {"yes", "x", "✓", "no", "-", ""}:
        raise InputError(
            f"{cells[3]!r} says neither that the way was chosen nor that not", where=where, to_do="yes or nothing"
        )
    return Alternative(cells[0], cells[1], cells[2], chosen in {"yes", "x", "✓"})


def _evidence(body: str, where: str | None) -> tuple[str, ...]:
    found: list[str] = []
    for line in body.split("\n"):
        if item := _ITEM.fullmatch(line):
            found.append((item[1] or "").strip(_SPACE))
        elif found and line[:1] in {" ", "\t"} and line.strip(_SPACE):
            found[-1] += f" {line.strip(_SPACE)}"
        elif line.strip(_SPACE) and not line.startswith(OPINION):
            raise InputError(f"evidence is a list, not {line[:60]!r}", where=where, to_do="begin each line with '- '")
    return tuple(map(_decoded_inline, found))


def _encoded(text: str) -> str:
    text = _REFERENCE.sub(lambda match: f"&amp;{match.group()[1:]}", text)
    text = _FRAGILE.sub(lambda match: f"&#{ord(match.group())};", text)
    return _TAG.sub("&#60;", text)


def _body(text: str) -> str:
    lines = [f"&#35;{line[1:]}" if _HEADING.fullmatch(line) else line for line in _encoded(text).split("\n")]
    return _ends("\n".join(lines))


def _inline(text: str) -> str:
    return _ends(_encoded(text)).replace("|", "&#124;").replace("\n", "<br>")


def _ends(text: str) -> str:
    """The text with the space at its ends written out, which a reader of the file strips."""
    inner = text.strip(_SPACE)
    start = text.index(inner) if inner else len(text)
    return _references(text[:start]) + inner + _references(text[start + len(inner) :])


def _references(letters: str) -> str:
    return "".join(f"&#{ord(letter)};" for letter in letters)


def _decoded_inline(text: str) -> str:
    return _decoded(text.replace("<br>", "\n"))


def _decoded(text: str) -> str:
    return _REFERENCE.sub(_letter, text)


def _letter(match: re.Match[str]) -> str:
    if match[1]:
        return f"&{match.group()[5:]}"
    number = int(match[2]) if match[2] else -1
    return chr(number) if 0 <= number <= sys.maxunicode else match.group()
