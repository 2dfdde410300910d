"""Reads SQLite and D1 DDL text into a Schema: split, run in a throw-away SQLite, ask its catalog, report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dbarch_widgets.importers.sqlite.catalog import Unclear, read_catalog
from dbarch_widgets.importers.sqlite.declared import Unread
from dbarch_widgets.importers.sqlite.engine import ThrowAway
from dbarch_widgets.importers.sqlite.errors_at import lines_into
from dbarch_widgets.importers.sqlite.ledger import Ledger
from dbarch_widgets.importers.sqlite.objects import module_of
from dbarch_widgets.importers.sqlite.places import Place, Places
from dbarch_widgets.importers.sqlite.repairs import Outcome, Repairs, attach_name, is_shadow, missing_module
from dbarch_widgets.importers.sqlite.split import Piece, next_piece, restart_after
from dbarch_widgets.importers.sqlite.statements import Head, head_of, setting_of, stored_table
from dbarch_widgets.importers.sqlite.tokens import fold
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.sql.split import Lines


class SqliteReader:
    """One reading; several texts (a folder of migrations) may follow one another into the same database."""

    def __init__(self) -> None:
        self._engine = ThrowAway()
        self._repairs = Repairs(self._engine)
        self._places = Places()
        self._ledger = Ledger()
        self._foreign: dict[str, Table] = {}  # virtual tables whose module is not here
        self._text = ""
        self._lines = Lines("")
        self._file: str | None = None

    def read(self, text: str, file: str | None = None) -> None:
        """Apply every statement of a text, in order. A bad statement costs only itself and is reported."""
        self._text, self._lines, self._file = text, Lines(text), file
        self._ledger.read_all(text, 0, lambda at: next_piece(text, at), self._piece, (self._lines, file))

    def schema(self) -> Schema:
        """What was read so far, with its ImportReport in `.report`."""
        parts = [read_catalog(self._engine.connection, name, self._places) for name in self._databases()]
        tables = [table for part in parts for table in part.tables] + list(self._foreign.values())
        unclear = [(self._line_of(item), item) for part in parts for item in part.unclear]
        return Schema(
            dialect="sqlite",
            tables=tuple(tables),
            views=tuple(view for part in parts for view in part.views),
            report=self._ledger.report(unclear),
        )

    def _databases(self) -> Iterable[str]:
        return ("main", *self._repairs.databases)

    def _piece(self, piece: Piece) -> tuple[bool, int]:
        """Whether the piece was understood, and where to go on."""
        line = self._lines.at(piece.start)
        if piece.kind == "dot":
            if piece.text.split()[0] in (".read", ".open", ".restore", ".import", ".load"):
                reason = "the file that the shell of SQLite would read here is not read"
                self._ledger.add("not_understood", line, piece.text, reason, self._file)
            else:
                self._ledger.count("skipped")
            return True, piece.end
        head = head_of(piece.text)
        if head.verb == "skip":
            self._skip(head, piece, line)
            return True, piece.end
        outcome = self._apply(head, piece.text, line)
        if outcome.refusal is None:
            self._understood(head, piece.text, line, outcome)
            return True, piece.end
        return self._refused(head, piece, outcome.refusal, line)

    def _apply(self, head: Head, sql: str, line: int) -> Outcome:
        if head.kind == "table" and fold(head.name) in self._foreign:
            return Outcome(self._change_foreign(head))
        outcome = self._repairs.run(sql)
        if outcome.refusal is not None and head.virtual:
            return self._keep_virtual(sql, line, outcome.refusal)
        return outcome

    def _understood(self, head: Head, sql: str, line: int, outcome: Outcome) -> None:
        for note in sorted(outcome.notes):
            self._ledger.note(note, line, self._file)
        if head.temporary and head.verb == "create":
            reason = f"a temporary {head.kind} is no part of the schema"
            self._ledger.add("skipped", line, sql, reason, self._file)
            return
        if outcome.lost:
            self._ledger.add("partly", line, sql, outcome.lost, self._file)
        else:
            self._ledger.count("understood")
        self._remember(head, sql, line)

    def _remember(self, head: Head, sql: str, line: int) -> None:
        """Where things stand in the text, also after they were renamed."""
        database = head.database or "main"
        if head.verb == "create" and not (head.if_not_exists and self._places.find(database, head.kind, head.name)):
            self._places.note(database, head.kind, head.name, Place(self._file, line, [(sql, line)]))
        elif head.verb == "alter":
            if head.new_name:
                self._places.move(database, "table", head.name, head.new_name)
            if place := self._places.find(database, "table", head.new_name or head.name):
                place.sources.append((sql, line))
        elif head.verb == "drop":
            self._places.drop(database, head.kind, head.name)

    def _refused(self, head: Head, piece: Piece, refusal: str, line: int) -> tuple[bool, int]:
        """Report it. A statement that ran into the next one, for want of a semicolon, is cut at the next line of DDL."""
        if refusal.endswith("already exists") and head.kind == "table" and is_shadow(self._engine, head.name):
            self._ledger.count("skipped")  # a dump also makes the tables in which a virtual table keeps its rows
            return True, piece.end
        restart = restart_after(self._text, piece.start + 1, piece.end)
        text = piece.text
        if restart is not None:
            text = self._text[piece.start : restart].rstrip()
            head = head_of(text)
            again = self._apply(head, text, line) if head.verb != "skip" else Outcome(refusal)
            if again.refusal is None:
                again.notes.add("a missing semicolon was added")
                self._understood(head, text, line, again)
                return True, restart
            refusal = again.refusal
        into = lines_into(self._engine, text, refusal)
        where = f"line {line + into}: " if into else ""
        cut = "; the text ends inside this statement" if not piece.complete and restart is None else ""
        self._ledger.add("not_understood", line, text, f"{where}{refusal}{cut}", self._file)
        return False, piece.end if restart is None else restart

    def _skip(self, head: Head, piece: Piece, line: int) -> None:
        """What changes no structure. Some settings decide what the next ALTER means, and `.dump` hides virtual tables."""
        if head.kind == "setting" and (setting := setting_of(piece.text)):
            self._engine.ours(setting)
        elif head.kind == "attach":
            self._attach(piece.text, line)
            return
        elif head.kind == "insert" and (sql := stored_table(piece.text)):
            outcome = self._apply(head_of(sql), sql, line)
            if outcome.refusal is None:
                self._understood(head_of(sql), sql, line, outcome)
            else:
                self._ledger.add("not_understood", line, sql, outcome.refusal, self._file)
            return
        self._ledger.count("skipped")

    def _attach(self, sql: str, line: int) -> None:
        name = attach_name(sql)
        refusal = self._repairs.attach(name) if name else "its name is computed"
        if refusal is None:
            self._ledger.add(
                "skipped", line, sql, "the other file is not opened: an empty database stands in", self._file
            )
        else:
            self._ledger.add("not_understood", line, sql, refusal, self._file)

    def _keep_virtual(self, sql: str, line: int, refusal: str) -> Outcome:
        """A virtual table whose module is not here is kept as it was written, without columns."""
        try:
            name, module, arguments = module_of(sql)
        except Unread:
            return Outcome(refusal)
        if not missing_module(refusal, module):
            return Outcome(refusal)
        options = {"module": module} | ({"arguments": arguments} if arguments else {})
        self._foreign[fold(name)] = Table("main", name, kind="foreign", options=options, file=self._file, line=line)
        words = f"the module {module} is not here: its virtual tables are kept as declared, without columns"
        return Outcome(None, {words})

    def _change_foreign(self, head: Head) -> str | None:
        """DROP, RENAME and CREATE of a name that such a table has; why not, where it cannot be."""
        if head.verb == "create":
            return None if head.if_not_exists else f"table {head.name} already exists"
        table = self._foreign.pop(fold(head.name))
        if head.verb == "alter":
            self._foreign[fold(head.new_name or head.name)] = replace(table, name=head.new_name or head.name)
            return None if head.new_name else "virtual tables may not be altered"
        return None

    def _line_of(self, item: Unclear) -> tuple[str | None, int]:
        return (item.place.file, item.place.line) if item.place else (self._file, 1)
