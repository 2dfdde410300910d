"""A pasted text freed of what clients draw around a plan: frames, headers, quotes, `+` signs, the lead of a log line.

Lines keep their numbers, so that a message can name the line of the text as it was pasted.
"""

from __future__ import annotations

import re

Lines = list[tuple[int, str]]

_HEADER = re.compile(r"\s*[|│\"']?\s*(?:QUERY PLAN|query plan|QUERY_PLAN|Query Plan)\s*[|│\"']?\s*")
_RULE = re.compile(r"\s*[-=+|│┃┌┐└┘├┤┬┴┼─━═╔╗╚╝╠╣║╭╮╰╯]{3,}\s*|\s*-+\s*\|?\s*")
_COUNT = re.compile(r"\s*\(\d+ (?:rows?|Zeilen?|lignes?|filas?)\)\s*")
_ROWS = re.compile(_COUNT.pattern + r"|\s*\d+ rows? in set.*|\s*Time: [\d.]+ ms.*")
_FRAMED = re.compile(r"\s*[|│║](?P<inside>.*?)[|│║]?\s*", re.DOTALL)
_LOG = re.compile(
    r"^(?P<lead>.*?)(?:LOG|NOTICE|INFO|DEBUG\d?):\s+duration: (?P<ms>\d+(?:\.\d+)?) ms\s+plan:\s*(?P<rest>.*)$"
)
_BARE_LOG = re.compile(r"^\s*duration: (?P<ms>\d+(?:\.\d+)?) ms\s+plan:\s*(?P<rest>.*)$")


def without_frame(text: str) -> Lines:
    """The numbered lines that are left when headers, rules, frames and row counts are gone."""
    lines = [(number, line) for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1)]
    lines = [(number, line.replace("\xa0", " ").rstrip()) for number, line in lines]
    titles = [place for place, (_, line) in enumerate(lines) if _HEADER.fullmatch(line)]
    titled = len(titles) == 1
    head = titles[0] + 1 if titled else 0
    kept = [each for each in _answer(lines[head:]) if each[1].strip() and not _RULE.fullmatch(each[1])]
    kept = [each for each in kept if not _ROWS.fullmatch(each[1])]
    if kept and all(_FRAMED.fullmatch(line) and line.strip()[-1] in "|│║" for _, line in kept):
        kept = [(number, _inside(line)) for number, line in kept]
        titled = True
    elif kept and all(line.endswith("|") for _, line in kept):
        kept = [(number, line[:-1].rstrip()) for number, line in kept]
    kept = _without_plus(_unquoted(kept))
    return _to_the_left(kept) if titled else kept


def _answer(lines: Lines) -> Lines:
    """The lines up to the count of rows, behind which a session goes on; all of them where another answer follows."""
    end = next((place for place, (_, line) in enumerate(lines) if _COUNT.fullmatch(line)), len(lines))
    return lines if any("cost=" in line for _, line in lines[end:]) else lines[:end]


def _inside(line: str) -> str:
    found = _FRAMED.fullmatch(line)
    assert found is not None
    return found["inside"].rstrip()


def _unquoted(lines: Lines) -> Lines:
    """Lines that a client wrote as CSV, each in quotes with inner quotes doubled."""
    if len(lines) < 1 or not all(
        len(line.strip()) > 1 and line.strip()[0] == line.strip()[-1] == '"' for _, line in lines
    ):
        return lines
    return [(number, line.strip()[1:-1].replace('""', '"')) for number, line in lines]


def _without_plus(lines: Lines) -> Lines:
    """Undo psql: it ends each line but the last of a field with `+`; no line of a plan ends so by itself."""
    many = sum(line.endswith("+") for _, line in lines)
    if not many or many < max(len(lines) - 2, 1):
        return lines
    return [(number, line[:-1].rstrip() if line.endswith("+") else line) for number, line in lines]


def _to_the_left(lines: Lines) -> Lines:
    """Without the blank that psql puts before every line."""
    indents = [len(line) - len(line.lstrip(" ")) for _, line in lines]
    least = min(indents, default=0)
    return [(number, line[least:]) for number, line in lines]


def log_entries(text: str) -> list[tuple[int, float, str]]:
    """The plans that auto_explain logged in this text: line, duration in milliseconds, the text of the entry.

    An entry goes on as long as its lines begin with a blank or a tab; where the log was copied without those, to the next
    entry.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    starts = [
        (place, found) for place, line in enumerate(lines) if (found := _LOG.match(line) or _BARE_LOG.match(line))
    ]
    entries = []
    for number, (place, found) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(lines)
        body = lines[place + 1 : end]
        if body and body[0].startswith("\t"):
            stop = next((at for at, line in enumerate(body) if line and not line.startswith("\t")), len(body))
            body = [line.removeprefix("\t") for line in body[:stop]]
        entries.append((place + 1, float(found["ms"]), "\n".join([found["rest"], *body])))
    return entries
