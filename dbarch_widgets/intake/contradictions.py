"""Answers that cannot all be true, and answers that do not fit each other well.

An `error` stops the review: whatever it said would hold for one of the answers only. A `warning` is shown with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from dbarch_widgets.intake.durations import days
from dbarch_widgets.intake.regimes import REGIMES, regime_name
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.schema import Schema

_MS_OVERSEAS = 1.0
_MOST = 5


@dataclass(frozen=True)
class Contradiction:
    """What does not fit. `path` leads to the answer to look at first; `to_do` says which way out there is."""

    path: str
    text: str
    to_do: str
    kind: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.path} {self.text} ({self.to_do})"


def contradictions(intake: Intake) -> tuple[Contradiction, ...]:
    """All of them, errors first."""
    found = [each for look in _LOOKS for each in look(intake)]
    return tuple(sorted(found, key=lambda each: each.kind != "error"))


def warnings_of(intake: Intake | None, schema: Schema | None = None) -> tuple[str, ...]:
    """The warnings in words; none without an intake. With a schema also its tables that the answers name and it has not."""
    if intake is None:
        return ()
    found = [each for each in contradictions(intake) if each.kind == "warning"]
    found += _without_table(intake, schema) if schema and schema.tables else ()
    return tuple(str(each) for each in found)


def _without_table(intake: Intake, schema: Schema) -> Iterator[Contradiction]:
    """Names of tables that nothing has: what was said of them is said of nothing."""
    things = [(each.schema, each.name) for each in schema.tables] + [(each.schema, each.name) for each in schema.views]
    known = {name for space, thing in things for name in (thing, f"{space}.{thing}")}
    for path, names in (("scale.tables", tuple(intake.scale.tables)), ("tenancy.shared", intake.tenancy.shared or ())):
        lost = [name for name in names if name not in known]
        if not lost:
            continue
        near = [close for name in lost for close in get_close_matches(name, sorted(known), n=1, cutoff=0.75)]
        shown = ", ".join(lost[:_MOST]) + (f" and {len(lost) - _MOST} more" if len(lost) > _MOST else "")
        to_do = f"did you mean {', '.join(dict.fromkeys(near[:_MOST]))}?" if near else "write them as the schema does"
        yield Contradiction(path, f"speaks of {shown}, and the schema has no table of that name", to_do, "warning")


def _lists(intake: Intake) -> Iterator[Contradiction]:
    for path, values in (("regimes", intake.regimes), ("data_classes", intake.data_classes)):
        others = [value for value in values or () if value != "none"]
        if "none" in (values or ()) and others:
            yield Contradiction(path, f"says none and {', '.join(others)}", "leave out one of them")
    double = [name for name, number in Counter(region.name for region in intake.regions or ()).items() if number > 1]
    if double:
        yield Contradiction("regions", f"names {double[0]} twice", "put its people together")


def _regimes(intake: Intake) -> Iterator[Contradiction]:
    classes = set(intake.data_classes or ())
    said = intake.regimes
    if said is None:
        return
    applying = [key for key in said if key != "none"]
    if not applying and "special" in classes:
        text = "says that none applies, while data_classes has data of a special kind (health, belief …)"
        yield Contradiction("regimes", text, "name the law that lets you hold them, or drop special", "warning")
    elif not applying and "payment_card" in classes:
        text = "says that none applies, while data_classes has payment cards"
        yield Contradiction("regimes", text, "name pci_dss, or drop payment_card", "warning")
    if "gdpr" in applying and "none" in classes:
        yield Contradiction("data_classes", "says none, while regimes has gdpr", "name personal, or drop gdpr")
    for key in applying:
        if key not in REGIMES:
            text = f"has {key}, of which dbarch knows no requirement: no rule and no line of the matrix looks at it"
            yield Contradiction("regimes", text, f"known are {', '.join(REGIMES)}", "warning")


def _tenancy(intake: Intake) -> Iterator[Contradiction]:
    tenants, model = intake.tenancy.tenants, intake.tenancy.model
    if tenants is not None and tenants <= 1 and model not in (None, "none"):
        text = f"is {tenants}, while tenancy.model keeps tenants apart ({model})"
        yield Contradiction("tenancy.tenants", text, "say how many there will be, or model: none")


def _recovery(intake: Intake) -> Iterator[Contradiction]:
    rpo, replica, regions = intake.recovery.rpo_seconds, intake.recovery.replica, intake.regions
    if rpo == 0 and replica in ("none", "async"):
        how = "no copy" if replica == "none" else "an asynchronous copy"
        text = f"is 0, while recovery.replica says {replica}: with {how} the last commits can be lost"
        yield Contradiction("recovery.rpo_seconds", text, "say sync, or how many seconds may be lost")
    elif rpo == 0 and regions is not None and len(regions) == 1:
        text = f"is 0 with the single region {regions[0].name}: a second copy in it does not survive the loss of the region"
        yield Contradiction("recovery.rpo_seconds", text, "say which disasters are meant, or add a region", "warning")
    rto = intake.recovery.rto_seconds
    if rto is not None and rto < 60 and replica == "none":
        text = f"is {rto:g}, while there is no copy to take over: a restore would have to be done in that time"
        yield Contradiction("recovery.rto_seconds", text, "add a replica, or allow the time of a restore", "warning")


def _latency(intake: Intake) -> Iterator[Contradiction]:
    write, regions = intake.latency.p99_write_ms, intake.regions or ()
    waits = intake.recovery.replica == "sync" or intake.recovery.rpo_seconds == 0
    if write is not None and write < _MS_OVERSEAS and len(regions) >= 3 and waits:
        text = f"is {write:g} ms, while each write waits for a copy in one of {len(regions)} regions"
        yield Contradiction("latency.p99_write_ms", text, "allow the way between regions, or copy asynchronously")


def _scale(intake: Intake) -> Iterator[Contradiction]:
    scale = intake.scale
    if scale.peak_factor is not None and scale.peak_factor < 1:
        text = f"is {scale.peak_factor:g}: the worst hour would be quieter than the busy one"
        yield Contradiction("scale.peak_factor", text, "give a factor of 1 or more")
    for name, table in scale.tables.items():
        if table.growth_per_month and table.rows is None:
            text = "is said without its rows: what is reckoned from it begins at an empty table"
            yield Contradiction(f"scale.tables.{name}.growth_per_month", text, "say the rows of today", "warning")
        short = name.rpartition(".")[2]
        if short != name and short in scale.tables:
            text = f"may be the same table as {short}: the longer name is taken"
            yield Contradiction(f"scale.tables.{name}", text, "leave out one of them", "warning")


def _retention(intake: Intake) -> Iterator[Contradiction]:
    if "personal" not in (intake.data_classes or ()) or "gdpr" not in (intake.regimes or ()):
        return
    for what, time in intake.retention.items():
        if what == "personal" and days(time) == float("inf"):
            text = f"is {time}, while {regime_name('gdpr')} applies, which wants a limit for personal data"
            yield Contradiction(f"retention.{what}", text, "say a time, or what makes its end", "warning")


_LOOKS: tuple[Callable[[Intake], Iterator[Contradiction]], ...] = (
    _lists, _regimes, _tenancy, _recovery, _latency, _scale, _retention,
)  # fmt: skip
