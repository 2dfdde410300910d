"""Reads `dbarch.toml`, which says how a project reviews: what fails a build, which rules run, what people live with.

    [review]
    fail-on = "high"
    off = ["select-star"]
    baseline = "dbarch-baseline.json"

    [severity.float-money]
    severity = "low"
    because = "amounts of this system are estimates"

    [[accept]]
    rule = "timestamp-without-time-zone"
    table = "opening_hours"
    because = "shops open by the clock on their wall"
    by = "Ann"
    until = "2027-06"

A word that is not known is refused, with the nearest one that is: a setting that is misspelt would else be silence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.files import read_text
from dbarch_widgets.importers.files import shown
from dbarch_widgets.model.accepting import ReviewSettings, SettledAcceptance, SeverityOverride
from dbarch_widgets.model.finding import SEVERITIES, Severity
from dbarch_widgets.rules.registry import RULES
from dbarch_widgets.sql.ignore_comments import parse_day

NAME = "dbarch.toml"
_SECTIONS = ("review", "severity", "accept")
_REVIEW = ("fail-on", "rules", "off", "baseline")
_SEVERITY = ("severity", "because")
_PLACES = ("table", "column", "object", "query")
_ACCEPT = ("key", "rule", *_PLACES, "because", "by", "until")


def find_settings(start: Path) -> Path | None:
    """The nearest `dbarch.toml` from a file or folder upwards, not beyond the repository that holds it."""
    folder = start.resolve()
    for place in (folder, *folder.parents):
        try:
            if (place / NAME).is_file():
                return place / NAME
            if (place / ".git").exists():
                return None
        except OSError:  # a folder above that this user may not look into
            return None
    return None


def load_settings(path: str | Path) -> ReviewSettings:
    """The settings of a file.

    Raises:
        SourceError: it cannot be read.
        InputError: it is no TOML, or a word or a value in it is wrong.
    """
    file = Path(path)
    where = shown(file)
    try:
        said = tomllib.loads(read_text(file))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is no TOML: {error}", where=where) from error
    _known(said, _SECTIONS, "section", where)
    review = _table(said.get("review", {}), "[review]", where)
    _known(review, _REVIEW, "setting", f"{where}, [review]")
    baseline = _text(review, "baseline", f"{where}, [review]")
    only = _names(review, "rules", f"{where}, [review]")
    return ReviewSettings(
        fail_on=_level(review.get("fail-on"), f"{where}, [review] fail-on"),
        baseline=(file.parent / baseline).as_posix() if baseline else None,
        only=only or None,
        off=_names(review, "off", f"{where}, [review]"),
        severities=tuple(_overrides(_table(said.get("severity", {}), "[severity]", where), where)),
        acceptances=tuple(_acceptances(said.get("accept", []), where)),
        file=where,
    )


def _overrides(said: Mapping[str, Any], where: str) -> Iterable[SeverityOverride]:
    for rule, override in said.items():
        place = f"{where}, [severity.{rule}]"
        _rule(rule, place)
        table = _table(override, f"[severity.{rule}]", where)
        _known(table, _SEVERITY, "setting", place)
        severity = _level(table.get("severity"), place)
        if severity is None:
            raise InputError("says no severity", where=place, to_do=f"severity = one of {', '.join(SEVERITIES)}")
        yield SeverityOverride(rule, severity, _because(table, place))


def _acceptances(said: object, where: str) -> Iterable[SettledAcceptance]:
    if not isinstance(said, list):
        raise InputError("accept is a list of tables", where=where, to_do="write [[accept]] above each")
    for number, each in enumerate(said, start=1):
        place = f"{where}, [[accept]] {number}"
        table = _table(each, "[[accept]]", where)
        _known(table, _ACCEPT, "setting", place)
        text = {name: _text(table, name, place) for name in _ACCEPT if name != "until"}
        if bool(text["key"]) == bool(text["rule"]):
            raise InputError("names no finding", where=place, to_do="give its key, or a rule and a place")
        if text["rule"]:
            _rule(text["rule"], place)
            if not any(text[name] for name in _PLACES):
                to_do = f"name one of {', '.join(_PLACES)}, or list the rule in [review] off"
                raise InputError(f"accepts {text['rule']} everywhere", where=place, to_do=to_do)
        because = _because(table, place)
        yield SettledAcceptance(**{**text, "because": because}, until=_day(table.get("until"), place))  # type: ignore[arg-type]


def _because(table: Mapping[str, Any], place: str) -> str:
    because = _text(table, "because", place)
    if not because:
        raise InputError("gives no reason", where=place, to_do='because = "…"')
    return because


def _day(value: object, place: str) -> date | None:
    if value is None or type(value) is date:
        return value
    day = parse_day(value) if isinstance(value, str) else None
    if day is None:
        raise InputError(f"until = {value!r} is no day", where=place, to_do='write "2027-06" or "2027-06-15"')
    return day


def _level(value: object, place: str) -> Severity | None:
    if value is None or value == "never":
        return None
    for level in SEVERITIES:
        if value == level:
            return level
    raise InputError(f"{value!r} is no severity", where=place, to_do=f"one of {', '.join(SEVERITIES)}")


def _names(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise InputError(f"{key} is a list of names of rules", where=where, to_do=f'{key} = ["…"]')
    for name in value:
        _rule(name, f"{where} {key}")
    return tuple(value)


def _rule(name: str, where: str) -> None:
    names = [rule.name for rule in RULES]
    if name not in names:
        raise UnknownName("rule", name, names, where=where)


def _text(table: Mapping[str, Any], key: str, where: str) -> str | None:
    value = table.get(key)
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise InputError(f"{key} is a text", where=where, to_do=f'{key} = "…"')
    return value


def _table(value: object, name: str, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"{name} is a table", where=where, to_do=f"write {name} on a line and its settings below")
    return value


def _known(table: Mapping[str, Any], known: Iterable[str], kind: str, where: str) -> None:
    for key in table:
        if key not in known:
            raise UnknownName(kind, key, known, where=where)
