"""Reads a workload: SQL with the aiosql naming comment and one line of annotations per query, or plain SQL.

    -- name: open_orders_of_account
    -- rate: 400/s  params: account_id=zipf(orders.account_id)  slo: p99<20ms  role: app
    -- A description, in as many lines as it takes.
    SELECT … WHERE account_id = :account_id;

What cannot be read is kept as a Problem; the rest of the workload comes through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dbarch_widgets.errors import InputError, SourceError
from dbarch_widgets.measure.annotations import parse_names, parse_parameters, parse_rate, parse_slo, split_line
from dbarch_widgets.measure.blocks import Block, before_first_name, blocks
from dbarch_widgets.measure.guess import guess_sources
from dbarch_widgets.measure.placeholder_styles import with_names
from dbarch_widgets.measure.workload_check import check_query
from dbarch_widgets.model.report import Effect, Problem
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Parameter, Query, Workload
from dbarch_widgets.sql.analyse import analyse
from dbarch_widgets.sql.placeholders import parameters

_QUERY_NAME = re.compile(r"([A-Za-z_][\w\-.]*)(?:\((?:[^)]*)\))?[\^$!<*#]*")
_NO_QUERY = re.compile(
    r"(SET|RESET|SHOW|BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT|CREATE|ALTER|DROP|GRANT|REVOKE|COMMENT|VACUUM|ANALYZE|COPY|DO|"
    r"LOCK|DEALLOCATE|DISCARD|TRUNCATE|EXPLAIN|PREPARE|EXECUTE|LISTEN|NOTIFY|CALL)\b",
    re.IGNORECASE,
)


def read_workload(path_or_text: str | Path, schema: Schema | None = None, name: str | None = None) -> Workload:
    """The queries of a file or of a text, and a Problem for all that was not understood.

    Args:
        path_or_text: a path, or the text itself (a string with a line break, a blank or a semicolon).
        schema: when given, tables, columns and parameter sources are looked up in it, and sources that are missing are
            guessed from the columns that parameters are compared with.
        name: what to call the source in problems instead of its file name.

    Raises:
        SourceError: the file cannot be read or is not text.
        InputError: there is no query in it.
    """
    text, source = _text(path_or_text)
    source = name or source
    reader = _Reader(schema, source)
    for piece in before_first_name(text):
        line = text.count("\n", 0, piece.start) + 1
        reader.problem(line, piece.text, "stands before the first `-- name:` and so has no name", "skipped")
    for block in blocks(text):
        reader.read(block)
    if not reader.queries and not reader.problems:
        raise InputError("there is no query in it", where=source or "the text", to_do="write -- name: and SQL below it")
    return Workload(tuple(reader.queries), tuple(sorted(reader.problems, key=lambda each: each.line)), source)


def _text(path_or_text: str | Path) -> tuple[str, str | None]:
    if isinstance(path_or_text, str) and (not path_or_text.strip() or re.search(r"[\n; ]", path_or_text)):
        path = Path(path_or_text.strip() or "?") if "\n" not in path_or_text and len(path_or_text) < 1_000 else None
        if path is None or not path.is_file():
            return path_or_text.replace("\r\n", "\n").removeprefix("\ufeff"), None
    path = Path(path_or_text)
    try:
        return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n"), path.as_posix()
    except UnicodeDecodeError as error:
        raise SourceError("is not UTF-8 text", where=path.as_posix()) from error
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", where=path.as_posix()) from error


@dataclass
class _Reader:
    schema: Schema | None
    source: str | None
    queries: list[Query] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, line: int, statement: str, reason: str, effect: Effect) -> None:
        beginning = " ".join(statement.split())
        beginning = beginning if len(beginning) <= 80 else beginning[:79] + "…"
        self.problems.append(Problem(line, beginning, reason, effect, self.source))

    def read(self, block: Block) -> None:
        """Add the block's query, or the problem that kept it out."""
        name = self._name(block)
        if name is None:
            return
        if not block.sql:
            self.problem(block.line, f"-- name: {block.name}", f"query {name} has no statement", "not_understood")
            return
        if not block.complete:
            self.problem(
                block.sql_line, block.sql, f"query {name} ends inside a string, comment or bracket", "not_understood"
            )
            return
        if block.more:
            reason = f"query {name} holds {block.more + 1} statements; only the first is kept"
            self.problem(block.sql_line, block.sql, reason, "partly")
        if block.name is None and _NO_QUERY.match(block.sql) and not block.sql.upper().startswith("EXPLAIN"):
            self.problem(block.sql_line, block.sql, "neither reads nor writes rows", "skipped")
            return
        query = self._query(block, name)
        if query is not None:
            self.queries.append(query)

    def _name(self, block: Block) -> str | None:
        taken = {query.name for query in self.queries}
        if block.name is None:
            return f"q{len(self.queries) + 1}"
        match = _QUERY_NAME.fullmatch(block.name)
        if match is None:
            self.problem(
                block.line, f"-- name: {block.name}", f"{block.name!r} is no name for a query", "not_understood"
            )
            return None
        name, number = match[1], 2
        if name in taken:
            while f"{name}_{number}" in taken:
                number += 1
            reason = f"there is a query {name} already; this one is kept as {name}_{number}"
            self.problem(block.line, f"-- name: {block.name}", reason, "partly")
            return f"{name}_{number}"
        return name

    def _query(self, block: Block, name: str) -> Query | None:
        sql = with_names(block.sql)
        try:
            statement = analyse(sql)
        except InputError as error:
            self.problem(block.sql_line, block.sql, f"query {name}: {error}", "not_understood")
            return None
        if statement.kind == "other":
            self.problem(block.sql_line, block.sql, f"query {name} neither reads nor writes rows", "skipped")
            return None
        said, description = self._annotations(block, name)
        query = Query(
            name=name,
            sql=sql,
            kind="write" if statement.kind == "write" else "read",
            description=description,
            file=self.source,
            line=block.line,
            **said,
        )
        query = replace(query, parameters=self._parameters(query, block))
        if self.schema is not None:
            for reason in check_query(self.schema, query, statement):
                self.problem(block.sql_line, block.sql, reason, "partly")
        return query

    def _annotations(self, block: Block, name: str) -> tuple[dict[str, Any], str]:
        said: dict[str, Any] = {}
        description: list[str] = []
        for line, text in block.comments:
            try:
                found = split_line(text) if not description else None
            except InputError as error:
                self.problem(line, text, f"query {name}: {error}", "partly")
                continue
            if found is None:
                description.append(text)
                continue
            for key, value in found.items():
                self._annotation(key, value, said, line, text, name)
        return said, "\n".join(description).strip()

    def _annotation(self, key: str, value: str, said: dict[str, Any], line: int, text: str, name: str) -> None:
        try:
            if key == "rate":
                said["rate"] = parse_rate(value)
            elif key == "slo":
                said["slo"] = parse_slo(value)
            elif key == "role":
                said["role"] = value
            elif key == "engines":
                said["engines"] = parse_names(value)
            else:
                found, refused = parse_parameters(value)
                said["parameters"] = tuple(found)
                for reason in refused:
                    self.problem(line, text, f"query {name}: {reason}", "partly")
        except InputError as error:
            self.problem(line, text, f"query {name}: {error}", "partly")

    def _parameters(self, query: Query, block: Block) -> tuple[Parameter, ...]:
        """The parameters in the order of the statement; those without a source are guessed, with a word about it."""
        used = parameters(query.sql)
        given = {parameter.name: parameter for parameter in query.parameters}
        for name in given.keys() - set(used):
            reason = f"query {query.name}: the statement has no parameter :{name}"
            self.problem(block.line, block.sql, reason, "partly")
        missing = tuple(name for name in used if name not in given)
        guessed = guess_sources(query.sql, missing, self.schema) if missing else {}
        for name in missing:
            where = f"query {query.name}: parameter :{name} has no source"
            if name in guessed:
                parameter = guessed[name]
                reason = f"{where}; taken as {parameter.source}({', '.join(parameter.arguments)})"
            else:
                reason = f"{where}, so the query cannot be replayed"
            self.problem(block.sql_line, block.sql, reason, "partly")
        known = given | guessed
        return tuple(known[name] for name in used if name in known)
