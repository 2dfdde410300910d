"""Reads a workload: SQL with the aiosql naming comment and one line of annotations per query, or plain SQL.

    -- name: open_orders_of_account
    -- rate: 400/s  params: account_id=zipf(orders.account_id)  slo: p99<20ms  role: app
    -- A description, in as many lines as it takes.
    SELECT … WHERE account_id = :account_id;

A transaction is several statements between BEGIN and COMMIT under one name, see `transaction_block.py`. What cannot be read is kept as a Problem; the rest of the workload comes through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dbarch_widgets.errors import InputError, SourceError
from dbarch_widgets.measure.annotations import (
    parse_calls,
    parse_isolation,
    parse_mean,
    parse_names,
    parse_parameters,
    parse_rate,
    parse_slo,
    split_line,
)
from dbarch_widgets.measure.blocks import Block, Part, before_first_name, blocks
from dbarch_widgets.measure.guess import guess_sources
from dbarch_widgets.measure.placeholder_styles import with_names
from dbarch_widgets.measure.transaction_block import UNKNOWN, Step, is_transaction, read_steps, with_returned
from dbarch_widgets.measure.workload_check import check_query
from dbarch_widgets.model.report import Effect, Problem
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Parameter, Query, Transaction, Workload
from dbarch_widgets.sql.analyse import analyse
from dbarch_widgets.sql.ignore_comments import MARK, ignore_comments
from dbarch_widgets.sql.placeholders import parameters

_QUERY_NAME = re.compile(r"([A-Za-z_][\w\-.]*)(?:\((?:[^)]*)\))?[\^$!<*#]*")
_NO_QUERY = re.compile(
    r"(SET|RESET|SHOW|BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT|CREATE|ALTER|DROP|GRANT|REVOKE|COMMENT|VACUUM|ANALYZE|COPY|DO|"
    r"LOCK|DEALLOCATE|DISCARD|TRUNCATE|EXPLAIN|PREPARE|EXECUTE|LISTEN|NOTIFY|CALL)\b",
    re.IGNORECASE,
)


def read_workload(
    path_or_text: str | Path,
    schema: Schema | None = None,
    name: str | None = None,
    given: Mapping[str, Parameter] | None = None,
) -> Workload:
    """The queries of a file or of a text, and a Problem for all that was not understood.

    Args:
        path_or_text: a path, or the text itself (a string with a line break, a blank or a semicolon).
        schema: when given, tables, columns and parameter sources are looked up in it, and sources that are missing are
            guessed from the columns that parameters are compared with.
        name: what to call the source in problems instead of its file name.
        given: sources of parameters that hold where an annotation says nothing.

    Raises:
        SourceError: the file cannot be read or is not text.
        InputError: there is no query in it.
    """
    text, source = _text(path_or_text)
    source = name or source
    reader = _Reader(schema, source, given or {})
    for piece in before_first_name(text):
        line = text.count("\n", 0, piece.start) + 1
        reader.problem(line, piece.text, "stands before the first `-- name:` and so has no name", "skipped")
    for block in blocks(text):
        reader.read(block)
    if not reader.queries and not reader.transactions and not reader.problems:
        raise InputError("there is no query in it", where=source or "the text", to_do="write -- name: and SQL below it")
    problems = tuple(sorted(reader.problems, key=lambda each: each.line))
    ignores = ignore_comments(text, "postgres", source)
    return Workload(tuple(reader.queries), problems, source, tuple(reader.transactions), ignores=ignores)


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
    defaults: Mapping[str, Parameter]
    queries: list[Query] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
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
        if is_transaction(block):
            self._transaction(block, name)
            return
        if block.more:
            reason = f"query {name} holds {len(block.more) + 1} statements; only the first is kept"
            to_do = " (a transaction begins with BEGIN)"
            self.problem(block.sql_line, block.sql, reason + to_do, "partly")
        if block.name is None and _NO_QUERY.match(block.sql) and not block.sql.upper().startswith("EXPLAIN"):
            self.problem(block.sql_line, block.sql, "neither reads nor writes rows", "skipped")
            return
        query = self._query(block, name)
        if query is not None:
            self.queries.append(query)

    def _name(self, block: Block) -> str | None:
        taken = {query.name for query in self.queries} | {each.name for each in self.transactions}
        if block.name is None:
            return f"t{len(self.transactions) + 1}" if is_transaction(block) else f"q{len(self.queries) + 1}"
        match = _QUERY_NAME.fullmatch(block.name)
        if match is None:
            reason = (
                f"{block.name!r} is no name for a query: it is one word of letters, digits and _, and what is said of the "
                "query, such as `-- rate: 40/s`, stands on lines of its own"
            )
            self.problem(block.line, f"-- name: {block.name}", reason, "not_understood")
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
        query = self._statement(Part(block.sql, block.sql_line), name)
        if query is None:
            return None
        said, description = self._annotations(block, name)
        query = replace(query, description=description, line=block.line, **said)
        query = replace(query, parameters=self._parameters(query, block))
        self._check(query, block.sql_line)
        return query

    def _statement(self, part: Part, name: str) -> Query | None:
        """The statement without its annotations; None, and a problem, when it is not understood."""
        sql = with_names(part.sql)
        try:
            statement = analyse(sql)
        except InputError as error:
            self.problem(part.line, part.sql, f"query {name}: {error}", "not_understood")
            return None
        if statement.kind == "other":
            self.problem(part.line, part.sql, f"query {name} neither reads nor writes rows", "skipped")
            return None
        return Query(name, sql, "write" if statement.kind == "write" else "read", file=self.source, line=part.line)

    def _check(self, query: Query, line: int) -> None:
        if self.schema is not None:
            for reason in check_query(self.schema, query, analyse(query.sql)):
                self.problem(line, query.sql, reason, "partly")

    def _transaction(self, block: Block, name: str) -> None:
        """Add the block's transaction; one with a statement that is not understood would be another one."""
        written = read_steps(block)
        said, description = self._annotations(block, name)
        isolation = said.pop("isolation", None) or written.isolation
        annotated = {parameter.name: parameter for parameter in said.pop("parameters", ())}
        given = {**self.defaults, **annotated}
        slo = said.pop("slo", None)
        if {said.pop("mean", None), said.pop("calls", None)} != {None}:
            reason = f"transaction {name}: mean and calls are those of a single statement; left out"
            self.problem(block.line, f"-- name: {name}", reason, "partly")
        queries: list[Query] = []
        steps: list[Step] = []
        for step in written.steps:
            if _NO_QUERY.match(step.part.sql):
                self.problem(step.part.line, step.part.sql, f"{name}: neither reads nor writes rows", "skipped")
                continue
            step_name = f"{name}.{step.name or len(queries) + 1}"
            query = self._statement(step.part, step_name) if step.part.complete else None
            if query is None:
                reason = f"transaction {name} is left out: statement {step_name} is not understood"
                self.problem(block.line, f"-- name: {name}", reason, "not_understood")
                return
            used = tuple(given.get(each, Parameter(each, UNKNOWN)) for each in parameters(query.sql))
            queries.append(replace(query, description=step.description, parameters=used, **said))
            steps.append(step)
        self._transaction_words(block, name, len(queries), written.rolled_back, written.after, set(annotated), queries)
        if not queries:
            return
        queries, refused = with_returned(queries, steps)
        for reason in refused:
            self.problem(block.line, f"-- name: {name}", f"transaction {name}: {reason}", "partly")
        found = tuple(self._guessed(queries))
        for query in found:
            self._check(query, query.line or block.line)
        self.transactions.append(
            Transaction(
                name,
                found,
                isolation=isolation,
                slo=slo,
                description=description,
                file=self.source,
                line=block.line,
                **said,
            )
        )

    def _transaction_words(
        self,
        block: Block,
        name: str,
        number: int,
        rolled_back: bool,
        after: tuple[Part, ...],
        given: set[str],
        queries: list[Query],
    ) -> None:
        here = f"-- name: {name}"
        if not number:
            self.problem(block.line, here, f"transaction {name} holds no statement", "not_understood")
            return
        if rolled_back:
            self.problem(block.line, here, f"transaction {name} ends with ROLLBACK; taken as COMMIT", "partly")
        if after:
            many = "statement" if len(after) == 1 else "statements"
            reason = f"transaction {name}: {len(after)} {many} after its end left out"
            self.problem(after[0].line, after[0].sql, reason, "partly")
        for unused in sorted(given - {parameter.name for query in queries for parameter in query.parameters}):
            self.problem(block.line, here, f"transaction {name}: no statement has a parameter :{unused}", "partly")

    def _guessed(self, queries: list[Query]) -> list[Query]:
        """The statements with a source for each parameter that has none yet; the first guess counts for all."""
        known: dict[str, Parameter] = {}
        for query in queries:
            missing = tuple(each.name for each in query.parameters if each.source == UNKNOWN and each.name not in known)
            guessed = guess_sources(query.sql, missing, self.schema) if missing else {}
            for name, parameter in guessed.items():
                self._say_guess(query.name, name, parameter, query.line or 1, query.sql)
                known[name] = parameter
        result = []
        for query in queries:
            kept = [known.get(each.name) if each.source == UNKNOWN else each for each in query.parameters]
            for each, source in zip(query.parameters, kept, strict=True):
                if source is None:
                    self._say_guess(query.name, each.name, None, query.line or 1, query.sql)
            result.append(replace(query, parameters=tuple(each for each in kept if each is not None)))
        return result

    def _say_guess(self, query: str, name: str, guess: Parameter | None, line: int, sql: str) -> None:
        where = f"query {query}: parameter :{name} has no source"
        taken = (
            f"; taken as {guess.source}({', '.join(guess.arguments)})" if guess else ", so the query cannot be replayed"
        )
        self.problem(line, sql, where + taken, "partly")

    def _annotations(self, block: Block, name: str) -> tuple[dict[str, Any], str]:
        said: dict[str, Any] = {}
        description: list[str] = []
        for line, text in block.comments:
            if text.startswith(MARK):
                continue  # it speaks of findings, see `sql/ignore_comments.py`
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
            elif key == "mean":
                said["mean"] = parse_mean(value)
            elif key == "calls":
                said["calls"] = parse_calls(value)
            elif key == "role":
                said["role"] = value
            elif key == "engines":
                said["engines"] = parse_names(value)
            elif key == "transaction":
                said["isolation"] = parse_isolation(value)
            elif key == "step":
                self.problem(line, text, f"query {name}: step: names a statement of a transaction", "partly")
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
        annotated = {parameter.name: parameter for parameter in query.parameters}
        given = {**self.defaults, **annotated}
        for name in annotated.keys() - set(used):
            reason = f"query {query.name}: the statement has no parameter :{name}"
            self.problem(block.line, block.sql, reason, "partly")
        missing = tuple(name for name in used if name not in given)
        guessed = guess_sources(query.sql, missing, self.schema) if missing else {}
        for name in missing:
            self._say_guess(query.name, name, guessed.get(name), block.sql_line, block.sql)
        known = given | guessed
        return tuple(known[name] for name in used if name in known)
