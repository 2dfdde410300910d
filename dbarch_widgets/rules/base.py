"""What a rule is: its metadata, its check, and its documentation.

A rule is one file. Its module docstring is its page, with the sections of `SECTIONS`; `check(context)` yields findings;
`RULE` at the end ties them together. `registry.py` lists them all.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from dbarch_widgets.model.finding import Area, Because, Confidence, Finding, Fix, Severity
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.queries import ReadQuery

__all__ = ["SECTIONS", "CannotRun", "Check", "Context", "Need", "Rule"]

Need = Literal["workload", "intake"]
Check = Callable[[Context], Iterator[Finding]]

SECTIONS = ("Symptom", "Why it matters", "When it is fine", "How to fix", "Source")
_SECTION = re.compile(rf"^({'|'.join(SECTIONS)}):\s", re.MULTILINE)


class CannotRun(Exception):
    """Raised by a check that misses something beyond its `needs`; the text is the reason shown to the reader."""


@dataclass(frozen=True)
class Rule:
    """One rule. `severity` and `confidence` are those of its usual finding; a check may say otherwise.

    `only_for` and `not_for` name dialects, where what the rule looks at is not in every database. `fix_dialect` is the
    database in whose words its fixes are written. `turns` says at which answers the rule itself judges otherwise: pairs
    of a path into the intake and the threshold in words.
    """

    name: str
    area: Area
    severity: Severity
    confidence: Confidence
    summary: str
    check: Check
    needs: tuple[Need, ...] = ()
    only_for: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    fix_dialect: str = "postgres"
    turns: tuple[tuple[str, str], ...] = ()

    def is_for(self, dialect: str) -> bool:
        """Whether the rule has something to say about schemas of that database."""
        return (not self.only_for or dialect in self.only_for) and dialect not in self.not_for

    @property
    def page(self) -> str:
        """The documentation of the rule: the docstring of its module."""
        return (sys.modules[self.check.__module__].__doc__ or "").strip()

    @property
    def title(self) -> str:
        """The first line of the docstring, without its full stop."""
        return self.page.partition("\n")[0].rstrip(".")

    @property
    def sections(self) -> dict[str, str]:
        """The sections of the docstring by name; one that is missing is missing here too."""
        parts = _SECTION.split(self.page)[1:]
        return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}

    @cached_property
    def references(self) -> tuple[str, ...]:
        """Where to read more: the parts of the section Source."""
        source = " ".join(self.sections.get("Source", "").split()).rstrip(".")
        return tuple(part.strip() for part in source.split(";") if part.strip())

    def finding(
        self,
        message: str,
        *,
        table: Table | None = None,
        columns: tuple[str, ...] = (),
        object: str | None = None,
        query: ReadQuery | None = None,
        schema: str | None = None,
        file: str | None = None,
        line: int | None = None,
        fix: Fix | None = None,
        severity: Severity | None = None,
        confidence: Confidence | None = None,
        because: tuple[str, ...] = (),
        members: Iterable[str] = (),
        queries: Iterable[str] = (),
    ) -> Finding:
        """A finding of this rule.

        File and line are those of the query, or else of the table, unless they are given. `because` names the answers
        that it rests on by their paths into the Intake, such as `tenancy.tenants` or `context.rows_path(table)`. `members`
        are the places of one that speaks for many, `queries` the other queries that it is about.
        """
        if query is not None:
            file, line = file or query.query.file, line or query.query.line
        elif table is not None:
            file, line = file or table.file, line or table.line
        return Finding(
            rule=self.name,
            severity=severity or self.severity,
            confidence=confidence or self.confidence,
            area=self.area,
            message=message,
            schema=table.schema if table is not None else schema,
            table=table.name if table is not None else None,
            columns=columns,
            object=object,
            query=query.query.name if query is not None else None,
            file=file,
            line=line,
            fix=fix,
            references=self.references,
            because=tuple(Because(path, "") for path in because),  # `run_rules` knows the answers
            members=tuple(sorted(members)),
            queries=tuple(queries),
        )
