r"""A script of pgbench: SQL with `:name`, and `\set name random(1, 100000)` for where the values come from."""

from __future__ import annotations

import re
from dataclasses import replace

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.measure.workload_sources.annotated_sql import joined
from dbarch_widgets.measure.workload_sources.base import Reading
from dbarch_widgets.measure.workload_sources.opening import Source
from dbarch_widgets.model.report import Effect, Problem
from dbarch_widgets.model.workload import Parameter, Workload

_META = re.compile(r"^[ \t]*\\(?P<word>\w+)[ \t]*(?P<rest>[^\n]*)$", re.MULTILINE)
_SET = re.compile(r"(?P<name>\w+)\s+(?P<value>.*)", re.DOTALL)
_RANDOM = re.compile(r"(?P<law>random(?:_zipfian|_gaussian|_exponential)?)\s*\((?P<arguments>.*)\)\s*", re.IGNORECASE)
_PRODUCT = re.compile(r"\d+(?:\s*\*\s*\d+)*")


class PgbenchScript:
    r"""Recognised by a line that begins with `\set` or `\sleep`."""

    name = "pgbench script"

    def recognises(self, head: str) -> bool:
        """Whether a line of it is one of pgbench's own commands."""
        return any(match["word"] in ("set", "setrandom", "sleep", "setshell") for match in _META.finditer(head))

    def read(self, sources: list[Source], reading: Reading) -> Workload:
        """The workload: what stands between BEGIN and END is a transaction, all else are queries."""
        return joined([_read(source, reading) for source in sources])


def _read(source: Source, reading: Reading) -> Workload:
    text = source.text()
    problems: list[Problem] = []
    given: dict[str, Parameter] = {}
    scale = 1

    def said(match: re.Match[str], reason: str, effect: Effect) -> None:
        line = text.count("\n", 0, match.start()) + 1
        problems.append(Problem(line, match[0].strip()[:80], reason, effect, source.label))

    for match in _META.finditer(text):
        found = _SET.fullmatch(match["rest"].strip()) if match["word"] == "set" else None
        if found is None:
            if match["word"] not in ("gset", "endif"):
                said(match, f"\\{match['word']} of pgbench is passed over", "skipped")
            continue
        value = re.sub(r":scale\b", str(scale), found["value"].strip())
        if found["name"] == "scale" and value.isdigit():
            scale = int(value)
            continue
        parameter, reason = _source(found["name"], value)
        if parameter is not None:
            given[parameter.name] = parameter
        if reason:
            said(match, reason, "partly")
    # Lines stay where they are, so that problems name them.
    sql = _META.sub(lambda match: match[0] if match["word"] == "gset" else "", text)
    workload = read_workload(sql, reading.schema, source.label, given)
    notes = ("a pgbench script has no rate: each query counts the same",)
    return replace(workload, problems=(*problems, *workload.problems), notes=notes)


def _source(name: str, value: str) -> tuple[Parameter | None, str | None]:
    """The parameter, and what of its source is lost."""
    found = _RANDOM.fullmatch(value)
    if found is None:
        if re.fullmatch(r"-?\d+(?:\.\d+)?", value):
            return Parameter(name, "pick", (value,)), None
        return None, f"the expression {value!r} is not computed, so :{name} has no source"
    parts = [part.strip() for part in found["arguments"].split(",")]
    try:
        low, high = (_product(part) for part in parts[:2])
    except (InputError, ValueError):
        return None, f"the bounds of :{name} are no numbers, so it has no source"
    parameter = Parameter(name, "int", (str(low), str(high)))
    law = found["law"].lower()
    return parameter, None if law == "random" else f"{law} is taken as even: every value of :{name} is as likely"


def _product(text: str) -> int:
    """`100000 * 1` as a number.

    Raises:
        InputError: it is something else.
    """
    if not _PRODUCT.fullmatch(text):
        raise InputError(f"{text!r} is no number")
    product = 1
    for factor in text.split("*"):
        product *= int(factor)
    return product
