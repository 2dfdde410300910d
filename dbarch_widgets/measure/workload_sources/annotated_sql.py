"""SQL, with the annotations of `workload_file.py` or without: what is of no other format."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.measure.workload_sources.base import Reading
from dbarch_widgets.measure.workload_sources.opening import Source
from dbarch_widgets.model.workload import Workload

_PLAIN_LOG = re.compile(r"^.{0,200}\b(?:LOG|ERROR|STATEMENT|DETAIL):  ", re.MULTILINE)


class AnnotatedSql:
    """Several files are read one after the other."""

    name = "SQL"

    def recognises(self, head: str) -> bool:
        """Whether it is text that is no plain log of PostgreSQL."""
        return "\0" not in head and not _PLAIN_LOG.match(head.lstrip("\ufeff"))

    def read(self, sources: list[Source], reading: Reading) -> Workload:
        """The workload of the first file; `registry.py` puts several together.

        Raises:
            SourceError: the file cannot be read or is not text.
            InputError: there is no query in it.
        """
        if reading.window is not None:
            raise InputError("SQL has its rates in annotations", where=sources[0].label, to_do="give no window")
        read = [read_workload(source.text(), reading.schema, source.label) for source in sources]
        return joined([_named_by_file(each) for each in read] if len(read) > 1 else read)


def _named_by_file(workload: Workload) -> Workload:
    """The only query of a file that gives it no name is called as the file is: `q1` of thirty files tells nobody which."""
    if len(workload.queries) != 1 or workload.transactions or workload.queries[0].name != "q1":
        return workload
    name = re.sub(r"\W+", "_", PurePath(workload.source or "").stem, flags=re.ASCII).strip("_")
    if not name or not name[0].isalpha():
        return workload
    problems = tuple(
        replace(each, reason=re.sub(r"\bquery q1\b", f"query {name}", each.reason)) for each in workload.problems
    )
    return replace(workload, queries=(replace(workload.queries[0], name=name),), problems=problems)


def joined(workloads: list[Workload]) -> Workload:
    """Several workloads as one; a name that comes again gets a number."""
    if len(workloads) == 1:
        return workloads[0]
    taken: set[str] = set()

    def fresh(name: str) -> str:
        number, found = 2, name
        while found in taken:
            number, found = number + 1, f"{name}_{number}"
        taken.add(found)
        return found

    queries = tuple(replace(query, name=fresh(query.name)) for each in workloads for query in each.queries)
    transactions = []
    for transaction in (found for each in workloads for found in each.transactions):
        name = fresh(transaction.name)
        statements = tuple(
            replace(query, name=name + query.name.removeprefix(transaction.name)) for query in transaction.statements
        )
        transactions.append(replace(transaction, name=name, statements=statements))
    return Workload(
        queries,
        tuple(problem for each in workloads for problem in each.problems),
        ", ".join(dict.fromkeys(each.source for each in workloads if each.source)) or None,
        tuple(transactions),
        tuple(note for each in workloads for note in each.notes),
    )
