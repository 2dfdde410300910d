"""Reads DuckDB DDL text into a Schema: split, run in a throw-away DuckDB, ask its catalog, report."""

from __future__ import annotations

import re
from dataclasses import replace

from dbarch_widgets.importers.duckdb.catalog import Found, read_catalog, view_text
from dbarch_widgets.importers.duckdb.engine import CATALOG, ThrowAway
from dbarch_widgets.importers.duckdb.repairs import Outcome, Repairs
from dbarch_widgets.importers.duckdb.statements import Named, named_by, without_rows
from dbarch_widgets.importers.sqlite.ledger import Ledger
from dbarch_widgets.importers.sqlite.places import Place, Places
from dbarch_widgets.model.objects import View
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.names import quote
from dbarch_widgets.sql.split import Lines, Piece, next_piece, restart_after, skip_blank

# What DuckDB takes a statement for, when it changes the structure. Nothing else is run.
_RUN = frozenset({"CREATE", "CREATE_FUNC", "ALTER", "DROP"})
_USE = re.compile(r"(?:USE\s|SET\s+(?:schema|search_path)\b)", re.IGNORECASE)
_ATTACH = re.compile(
    r"(?:ATTACH|CREATE\s+DATABASE)\b.*?(?:\bAS\s+|DATABASE\s+)(?:IF\s+NOT\s+EXISTS\s+)?(\"(?:[^\"]|\"\")+\"|\w+)\s*(?:\(.*\))?\s*\Z",
    re.IGNORECASE | re.DOTALL,
)
_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)
_NO_FUNCTION = re.compile(r"Function with name|No function matches", re.IGNORECASE)
_DATA = "its data are not loaded"


class DuckdbReader:
    """One reading; several texts (a folder of migrations) may follow one another into the same database."""

    def __init__(self) -> None:
        self._engine = ThrowAway()
        self._repairs = Repairs(self._engine)
        self._places = Places()
        self._ledger = Ledger()
        self._views: list[View] = []  # those that need functions of an extension
        self._databases: list[str] = []
        self._schema = "main"
        self._text, self._lines = "", Lines("")
        self._file: str | None = None

    def read(self, text: str, file: str | None = None) -> None:
        """Apply every statement of a text, in order. A bad statement costs only itself and is reported."""
        self._text, self._lines, self._file = text, Lines(text), file
        try:
            self._read(text, file)
        finally:
            self._engine.rest()

    def _read(self, text: str, file: str | None) -> None:
        self._ledger.read_all(text, 1 if text.startswith("\ufeff") else 0, self._next, self._piece, (self._lines, file))

    def schema(self) -> Schema:
        """What was read so far, with its ImportReport in `.report`."""
        found = read_catalog(self._engine.connection, CATALOG, places=self._places, stood=self._repairs.stood)
        parts = [found, *(self._other(name) for name in self._databases)]
        for words in (words for part in parts for words in part.unclear):
            self._ledger.note(words, 1, self._file)
        schemas = [part.schema for part in parts]
        return Schema(
            dialect="duckdb",
            tables=tuple(table for one in schemas for table in one.tables),
            views=(*(view for one in schemas for view in one.views), *self._views),
            enums=tuple(enum for one in schemas for enum in one.enums),
            domains=tuple(domain for one in schemas for domain in one.domains),
            sequences=tuple(sequence for one in schemas for sequence in one.sequences),
            functions=tuple(function for one in schemas for function in one.functions),
            report=self._ledger.report(),
        )

    def _other(self, name: str) -> Found:
        return read_catalog(
            self._engine.connection, name, places=self._places, stood=self._repairs.stood, prefix=f"{name}."
        )

    def _next(self, at: int) -> Piece | None:
        """The next statement, or a command of DuckDB's shell, which begins with a dot at the beginning of a line."""
        start = skip_blank(self._text, at)
        while self._text.startswith(";", start):
            start = skip_blank(self._text, start + 1)
        if self._text.startswith(".", start) and (start == 0 or self._text[start - 1] == "\n"):
            stop = self._text.find("\n", start)
            stop = len(self._text) if stop < 0 else stop
            return Piece("meta", self._text[start:stop], start, stop)
        return next_piece(self._text, start)

    def _piece(self, piece: Piece) -> tuple[bool, int]:
        """Whether the piece was understood, and where to go on."""
        line = self._lines.at(piece.start)
        if piece.kind != "sql":
            if piece.text.split()[:1] in ([".read"], [".open"], [".import"]):
                reason = "the file that the shell of DuckDB would read here is not read"
                self._ledger.add("not_understood", line, piece.text, reason, self._file)
            else:
                self._ledger.count("skipped")
            return True, piece.end
        kind = self._engine.kind(piece.text)
        if attached := _ATTACH.match(piece.text):
            return self._attach(piece, attached.group(1), line), piece.end
        if kind not in _RUN and kind:
            return self._pass(kind, piece, line), piece.end
        outcome = self._apply(piece.text)
        if outcome.refusal is None:
            self._understood(piece.text, line, outcome)
            return True, piece.end
        if self._kept_view(piece.text, line, outcome):
            return True, piece.end
        return self._refused(piece, line, outcome)

    def _apply(self, sql: str) -> Outcome:
        """Run it; a table made by a query is made without its rows."""
        empty = without_rows(sql)
        if empty is not None and self._engine.kind(empty) and (done := self._repairs.run(empty)).refusal is None:
            return done
        return self._repairs.run(sql)

    def _understood(self, sql: str, line: int, outcome: Outcome) -> None:
        for note in outcome.notes:
            self._ledger.note(note, line, self._file)
        named = named_by(sql)
        if named and named.temporary:
            reason = f"a temporary {named.kind} is no part of the schema"
            self._ledger.add("skipped", line, sql, reason, self._file)
            return
        if outcome.lost:
            self._ledger.add("partly", line, sql, outcome.lost, self._file)
        else:
            self._ledger.count("understood")
        if named:
            self._remember(named, sql, line)

    def _remember(self, named: Named, sql: str, line: int) -> None:
        schema = named.schema or self._schema
        if named.verb == "create":
            if not (named.if_not_exists and self._places.find(schema, named.kind, named.name)):
                self._places.note(schema, named.kind, named.name, Place(self._file, line, [(sql, line)]))
            return
        if named.new_name:
            self._places.move(schema, named.kind, named.name, named.new_name)
        if place := self._places.find(schema, named.kind, named.new_name or named.name):
            place.sources.append((sql, line))

    def _pass(self, kind: str, piece: Piece, line: int) -> bool:
        """What changes no structure. USE decides where the later tables go."""
        if kind == "SET" and _USE.match(piece.text):
            outcome = self._repairs.run(piece.text)
            if outcome.refusal is not None:
                self._ledger.add("not_understood", line, piece.text, outcome.refusal, self._file)
                return False
            self._schema = self._current()
            self._ledger.count("understood")
        elif kind in ("COPY", "IMPORT") or (kind == "PRAGMA" and piece.text.upper().startswith("IMPORT")):
            self._ledger.add("skipped", line, piece.text, _DATA, self._file)
        elif kind == "LOAD":
            words = "an extension is not loaded: what it brings is kept by name only"
            self._ledger.add("skipped", line, piece.text, words, self._file)
        else:
            self._ledger.count("skipped")
        return True

    def _current(self) -> str:
        catalog, schema = self._engine.connection.execute("SELECT current_database(), current_schema()").fetchone()
        return str(schema) if catalog == CATALOG else f"{catalog}.{schema}"

    def _attach(self, piece: Piece, name: str, line: int) -> bool:
        name = name.strip('"').replace('""', '"')
        refusal, _ = self._engine.run(f"ATTACH ':memory:' AS {quote(name)}")
        if refusal is not None:
            self._ledger.add("not_understood", line, piece.text, refusal, self._file)
            return False
        self._databases.append(name)
        words = "the other database is not opened: an empty one stands in"
        self._ledger.add("skipped", line, piece.text, words, self._file)
        return True

    def _kept_view(self, sql: str, line: int, outcome: Outcome) -> bool:
        """A view over functions of an extension is kept as written: DuckDB would have to know them to make it."""
        named = named_by(sql)
        if not (named and named.verb == "create" and named.kind == "view" and _NO_FUNCTION.search(outcome.full)):
            return False
        name = (named.schema or self._schema, named.name)
        self._views = [view for view in self._views if (view.schema, view.name) != name]
        self._views.append(View(*name, view_text(sql), file=self._file, line=line))
        words = "views that call functions of an extension are kept as written, unchecked"
        self._understood(sql, line, replace(outcome, refusal=None, notes={words}))
        return True

    def _refused(self, piece: Piece, line: int, outcome: Outcome) -> tuple[bool, int]:
        """Report it. A statement that ran into the next one, for want of a semicolon, is cut at the next line."""
        restart = restart_after(self._text, piece.start + 1, piece.end)
        text = piece.text
        if restart is not None:
            text = self._text[piece.start : restart].rstrip()
            again = self._apply(text) if self._engine.kind(text) in _RUN else outcome
            if again.refusal is None:
                again.notes.add("a missing semicolon was added")
                self._understood(text, line, again)
                return True, restart
        into = _LINE.search(outcome.full)
        where = f"line {line + int(into.group(1)) - 1}: " if into and int(into.group(1)) > 1 else ""
        cut = "; the text ends inside this statement" if not piece.complete and restart is None else ""
        self._ledger.add("not_understood", line, text, f"{where}{outcome.refusal}{cut}", self._file)
        return False, piece.end if restart is None else restart
