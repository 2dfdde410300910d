"""Writes a Review down: HTML for a meeting, Markdown for a repository, JSON and SARIF for programs, text for a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.review import Review
from dbarch_widgets.reviewing.folder import write_text


def _html(review: Review) -> str:
    from dbarch_widgets.render.report_html import report_html

    return report_html(review)


def _markdown(review: Review) -> str:
    from dbarch_widgets.render.markdown import report_markdown

    return report_markdown(review)


def _json(review: Review) -> str:
    from dbarch_widgets import __version__
    from dbarch_widgets.render.review_json import review_json

    made = {**review_json(review), "dbarch": __version__}
    return json.dumps(made, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _sarif(review: Review) -> str:
    from dbarch_widgets import __version__
    from dbarch_widgets.render.sarif import review_sarif
    from dbarch_widgets.rules.pages import page
    from dbarch_widgets.rules.registry import RULES

    rules = [
        {
            "name": rule.name,
            "title": rule.summary,
            "area": rule.area,
            "severity": rule.severity,
            "why": rule.sections["Why it matters"],
            "fix": rule.sections["How to fix"],
            "page": page(rule),
        }
        for rule in RULES
    ]
    return json.dumps(review_sarif(review, rules, tool_version=__version__), indent=2, ensure_ascii=False) + "\n"


def _text(review: Review) -> str:
    from dbarch_widgets.render.text import review_text

    return review_text(review)


FORMATS: dict[str, Callable[[Review], str]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "markdown": _markdown,
    "html": _html,
}
_SUFFIXES = {
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".json": "json",
    ".sarif": "sarif",
    ".txt": "text",
}


def report(review: Review, format: str = "text") -> str:
    """The review as a text of that format.

    Raises:
        UnknownName: there is no such format.
    """
    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    return FORMATS[format](review)


def save_report(review: Review, path: str | Path, format: str | None = None) -> Path:
    """Writes the report; the format follows the file's suffix unless it is given.

    Raises:
        UnknownName: the suffix or the format is not known.
        SourceError: the file cannot be written.
    """
    file = Path(path)
    if format is None:
        if file.suffix not in _SUFFIXES:
            raise UnknownName("report suffix", file.suffix, _SUFFIXES)
        format = _SUFFIXES[file.suffix]
    write_text(file, report(review, format))
    return file
