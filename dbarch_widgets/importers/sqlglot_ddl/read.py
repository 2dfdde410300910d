"""Reads DDL text of MySQL, SQL Server, Oracle, Snowflake and BigQuery into a Schema, one statement at a time."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

from dbarch_widgets.importers.base import MOST_FAILURES_IN_A_ROW, Reader
from dbarch_widgets.importers.sqlglot_ddl.conditions import Conditions
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, NotKept, Unread
from dbarch_widgets.importers.sqlglot_ddl.dialect import Dialect
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft, TableDraft
from dbarch_widgets.importers.sqlglot_ddl.kinds import apply
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement
from dbarch_widgets.importers.sqlglot_ddl.tokens import Token, tokenize
from dbarch_widgets.model.report import Effect, ImportReport, Problem
from dbarch_widgets.model.schema import ForeignKey, Schema
from dbarch_widgets.sql.split import Lines, Piece

SHOWN = 120
# Characters looked at again after statements that never end, beside twice the text.
MOST_REREADING = 1_000_000
# The first word of a statement of data says enough; no more of it is looked at.
_DATA = ("INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT", "MERGE")
_NAMES = ("mysql", "sqlserver", "oracle", "snowflake", "bigquery")


class DdlReader:
    """One reading in one dialect; several texts may follow one another in the same draft."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.draft = Draft(dialect)
        self.counts = {"understood": 0, "partly": 0, "skipped": 0, "not_understood": 0}
        self.problems: list[Problem] = []
        self._lines = Lines("")
        self._conditions = Conditions()

    def read(self, text: str, file: str | None = None) -> None:
        """Applies all the statements of a text."""
        self._lines, self.draft.file = Lines(text), file
        splitter = self.dialect.splitter()
        at, failures, reread = 0, 0, 0
        while (piece := splitter.next_piece(text, at)) is not None:
            end = piece.end
            restart = None if piece.complete else splitter.restart_after(text, piece.start + 1, end)
            if restart is not None:
                # What never ends is read only up to where the next statement seems to begin.
                piece = Piece(piece.kind, text[piece.start : restart], piece.start, restart, complete=False)
            good = self._piece(piece)
            failures = 0 if good else failures + 1
            if not good and restart is None:
                restart = splitter.restart_after(text, piece.start + 1, end)
            at = end if restart is None else restart
            reread += end - at
            if (failures >= MOST_FAILURES_IN_A_ROW or reread > MOST_REREADING + 2 * len(text)) and at < len(text):
                self._give_up(text, at)
                return

    def schema(self) -> Schema:
        """What was read so far; reading may go on afterwards."""
        draft = self.draft
        self.dialect.finish(draft)
        lost = self._complete_references()
        understood = max(0, self.counts["understood"] - len(lost))
        partly = self.counts["partly"] + self.counts["understood"] - understood
        problems = [*self.problems, *lost]
        report = ImportReport(
            statements=sum(self.counts.values()),
            understood=understood,
            partly=partly,
            skipped=self.counts["skipped"],
            not_understood=self.counts["not_understood"],
            problems=tuple(sorted(problems, key=lambda problem: (problem.file or "", problem.line))),
            notes=draft.notes.lines(),
        )
        return Schema(
            dialect=self.dialect.name,
            tables=tuple(table.freeze() for table in draft.tables.values()),
            views=tuple(draft.views.values()),
            domains=tuple(draft.domains.values()),
            sequences=tuple(draft.sequences.values()),
            functions=tuple(draft.functions.values()),
            extensions=tuple(draft.extensions.values()),
            roles=tuple(draft.roles.values()),
            report=report,
        )

    def _piece(self, piece: Piece) -> bool:
        """Whether the piece was understood."""
        start = piece.start
        self.draft.line = self._lines.at(start)
        if piece.kind == "meta":
            self._meta(piece)
            return True
        tokens = self._tokens(piece)
        if not tokens:
            return True
        self.draft.line = self._lines.at(start + tokens[0].start)
        statement = Statement(piece.text, Cursor(tokens), lambda offset: self._lines.at(start + offset))
        if self.dialect.conditional and self._conditions.control(statement):
            return True
        guard = self._conditions.guard()
        statement.guarded = bool(guard)
        return self._apply(statement, piece, unknown=guard == "other")

    def _tokens(self, piece: Piece) -> list[Token]:
        """The tokens of a statement; of data only the first, however long it is."""
        start = self.dialect.lexis.skip_blank(piece.text, 0)
        word = piece.text[start : start + 8].upper()
        if word.startswith(_DATA):
            end = start + next(len(name) for name in _DATA if word.startswith(name))
            return [Token("word", piece.text[start:end], piece.text[start:end].upper(), start, end)]
        return tokenize(piece.text, self.dialect.lexis)

    def _apply(self, statement: Statement, piece: Piece, unknown: bool = False) -> bool:
        try:
            apply(self.draft, statement)
        except NotKept as error:
            self.counts["skipped"] += 1
            if str(error):
                self._problem("skipped", piece.text, str(error))
            return True
        except (Unread, RecursionError) as error:
            reason = str(error) if isinstance(error, Unread) else "the statement is nested too deeply"
            cut = "" if piece.complete else "; the text ends inside this statement"
            self._count("not_understood", piece.text, reason + cut)
            return False
        if unknown:
            statement.remark("it stands under a condition that is not evaluated; it is read as if that were true")
        if not piece.complete:
            statement.remark("the text ends inside this statement")
        if statement.remarks:
            self._count("partly", piece.text, "; ".join(statement.remarks))
        else:
            self.counts["understood"] += 1
        return piece.complete

    def _meta(self, piece: Piece) -> None:
        words = piece.text.split()
        if words[0].upper() in ("SOURCE", "\\.", "@", "@@", "START", ":R") or words[0].startswith("@"):
            self._count("not_understood", piece.text, "the file that the client would include here is not read")
        else:
            self.counts["skipped"] += 1

    def _count(self, effect: Effect, text: str, reason: str) -> None:
        self.counts[effect] += 1
        self._problem(effect, text, reason)

    def _problem(self, effect: Effect, text: str, reason: str) -> None:
        self.problems.append(
            Problem(self.draft.line, _short(text, SHOWN), _short(reason, 2 * SHOWN), effect, self.draft.file)
        )

    def _give_up(self, text: str, at: int) -> None:
        start = self.dialect.lexis.skip_blank(text, at)
        self.draft.line = self._lines.at(start)
        reason = "too many statements in a row were not understood; the rest was not tried"
        self._count("not_understood", text[start : start + SHOWN * 3], reason)

    def _complete_references(self) -> list[Problem]:
        """Foreign keys get their targets' names as stored and, without columns, the primary key; what has no target."""
        lost: list[Problem] = []
        for table in self.draft.tables.values():
            for place, key in enumerate(table.foreign_keys):
                target = self._target(table, key)
                if target is None:
                    lost.append(_without_target(table, key))
                else:
                    table.foreign_keys[place] = self._resolved(target, key)
        return lost

    def _target(self, table: TableDraft, key: ForeignKey) -> TableDraft | None:
        draft = self.draft
        wanted = draft.key(key.ref_schema, key.ref_table)
        found = draft.tables.get(wanted) or draft.tables.get(draft.synonyms.get(wanted, wanted))
        return found or draft.tables.get(draft.key(table.schema, key.ref_table))

    def _resolved(self, target: TableDraft, key: ForeignKey) -> ForeignKey:
        columns = key.ref_columns or (target.primary_key.columns if target.primary_key else ())
        named = tuple(
            target.columns[folded].name if (folded := self.dialect.column_key(name)) in target.columns else name
            for name in columns
        )
        return replace(key, ref_schema=target.schema, ref_table=target.name, ref_columns=named)


def _without_target(table: TableDraft, key: ForeignKey) -> Problem:
    reason = f"foreign key {key.name!r} points at table {key.target}, which the source does not define"
    statement = f"FOREIGN KEY ({', '.join(key.columns)}) REFERENCES {key.target}"
    return Problem(
        key.line or table.line or 1, _short(statement, SHOWN), _short(reason, 2 * SHOWN), "partly", table.file
    )


def _short(text: str, size: int) -> str:
    words = " ".join(text[: size * 3].split())
    return words if len(words) <= size else words[: size - 1] + "…"


def reader(dialect: str) -> Reader:
    """A fresh reader; `dialect` is mysql, sqlserver, oracle, snowflake or bigquery."""
    if dialect not in _NAMES:
        raise ValueError(f"{dialect!r} is not one of {', '.join(_NAMES)}")
    module = import_module(f"dbarch_widgets.importers.sqlglot_ddl.{dialect}")
    return DdlReader(module.DIALECT)


def mysql() -> Reader:
    return reader("mysql")


def sqlserver() -> Reader:
    return reader("sqlserver")


def oracle() -> Reader:
    return reader("oracle")


def snowflake() -> Reader:
    return reader("snowflake")


def bigquery() -> Reader:
    return reader("bigquery")
