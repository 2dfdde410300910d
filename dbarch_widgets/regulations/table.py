"""The table of requirements, read from the file that comes with the package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.intake.regimes import REGIMES, regime_name
from dbarch_widgets.model.requirement import BASES, Requirement
from dbarch_widgets.regulations.checks.registry import CHECKS
from dbarch_widgets.regulations.roles import ROLES

FILE = "requirements.yaml"


@dataclass(frozen=True)
class Entry:
    """A requirement with its checks: pairs of a kind and its parameters."""

    requirement: Requirement
    checks: tuple[tuple[str, Mapping[str, Any]], ...]


@cache
def entries() -> tuple[Entry, ...]:
    """The whole table in its order."""
    return read_entries(files(__package__).joinpath(FILE).read_text(encoding="utf-8"), FILE)


def read_entries(text: str, name: str) -> tuple[Entry, ...]:
    """The entries of a table in YAML: regimes with lists of requirements.

    Raises:
        InputError: a regime, a basis, a check or a role is not known, or a key is there twice.
    """
    import yaml

    found: dict[str, Entry] = {}
    for regime, lines in yaml.safe_load(text).items():
        for line in lines:
            entry = _entry(regime, line, name)
            if entry.requirement.key in found:
                raise InputError(f"{entry.requirement.key} is there twice", where=name)
            found[entry.requirement.key] = entry
    return tuple(found.values())


def _entry(regime: str, line: Mapping[str, Any], name: str) -> Entry:
    where = f"{name}, {line.get('key')}"
    basis = line.get("basis")
    if regime not in REGIMES:
        raise InputError(f"the regime {regime} is not known", where=where, to_do=f"one of: {', '.join(REGIMES)}")
    if basis not in BASES:
        raise InputError(f"the basis {basis!r} is not known", where=where, to_do=f"one of: {', '.join(BASES)}")
    checks = []
    for check in line["checks"]:
        parameters = dict(check)
        kind = parameters.pop("kind", None)
        if kind not in CHECKS:
            raise InputError(f"the check {kind!r} is not known", where=where, to_do=f"one of: {', '.join(CHECKS)}")
        for role in (role for key in ("of", "to", "over") for role in parameters.get(key, ())):
            if role not in ROLES:
                raise InputError(f"the role {role!r} is not known", where=where, to_do=f"one of: {', '.join(ROLES)}")
        checks.append((kind, MappingProxyType(parameters)))
    words = {key: " ".join(str(line[key]).split()) for key in ("key", "article", "asks", "source")}
    return Entry(Requirement(regime=regime, regime_name=regime_name(regime), basis=basis, **words), tuple(checks))
