"""The kinds of checks by the names that `requirements.yaml` uses."""

from __future__ import annotations

from collections.abc import Mapping

from dbarch_widgets.regulations.checks import clocks, fields, others, persons, records, retention
from dbarch_widgets.regulations.checks.base import Check

CHECKS: Mapping[str, Check] = {
    "append only": records.append_only,
    "by hand": others.by_hand,
    "clock": clocks.clock,
    "columns": fields.columns,
    "erasure": persons.erasure,
    "fields of": fields.standard,
    "hold": persons.hold,
    "kept": retention.kept,
    "limited": retention.limited,
    "linked": others.linked,
    "recovery": others.recovery,
    "residency": persons.residency,
    "rules silent": others.silent,
    "special kinds": persons.special,
    "unique": fields.unique,
    "unchangeable or traced": records.unchangeable_or_traced,
    "who and when": records.who_when,
}
