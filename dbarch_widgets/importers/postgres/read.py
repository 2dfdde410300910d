"""Reads PostgreSQL DDL text into a Schema: parse, apply, report; a bad statement costs only itself.

Where the text is clean the grammar takes many statements at once. Where it is not (an error, a psql command, the data of
a COPY) the splitter cuts out one statement at a time, and after a while the reader tries many at once again.
"""

from __future__ import annotations

import gc
from bisect import bisect_right
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import postgast
from google.protobuf.message import DecodeError

from dbarch_widgets.importers.base import HOPELESS, MOST_FAILURES_IN_A_ROW
from dbarch_widgets.importers.postgres import default_rights, objects, owners, rights
from dbarch_widgets.importers.postgres.accounts import SHOWN, Accounts
from dbarch_widgets.importers.postgres.ahead import Ahead
from dbarch_widgets.importers.postgres.blocks import Applier, Blocks, Outcome, block_language
from dbarch_widgets.importers.postgres.draft import Draft, NotKept, Refused, with_changes
from dbarch_widgets.importers.postgres.placeholders import filled
from dbarch_widgets.importers.postgres.source import CHUNK, Source
from dbarch_widgets.importers.postgres.statements import HANDLERS, SKIPPED, makes_objects, settings
from dbarch_widgets.model.report import Effect, ImportReport
from dbarch_widgets.model.rights import telling
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.split import Piece, skip_blank, starts_copy_data

Node = Any

MOST_ONE_BY_ONE = 64
TOO_DEEP = "it is nested too deeply to be read"


class Reader:
    """One reading; several texts (a folder of migrations) may follow one another in the same draft."""

    def __init__(self) -> None:
        self.draft = Draft()
        self.accounts = Accounts()
        self._source = Source("")
        self._base = 0
        self._span = (0, 0)
        self.draft.line_of = self._line_of
        self.draft.source = self._bytes_between

    def read(self, text: str, file: str | None = None) -> None:
        """Applies all the statements of a text."""
        source = self._source = Source(text)
        self.draft.file = file
        if source.replaced:
            self.accounts.notes.append(f"{source.replaced} characters that no database stores were read as U+FFFD")
        # What is made here stays: looking for garbage among ever more objects would only take time.
        collecting = gc.isenabled()
        gc.disable()
        try:
            with Ahead(source) as ahead:
                self._all(source, ahead)
        finally:
            if collecting:
                gc.enable()

    def _all(self, source: Source, ahead: Ahead) -> None:
        at, failures, wait, patience = 0, 0, 0, 1
        while at < len(source):
            if not wait:
                if (after := self._many(ahead, at)) > at:
                    at, failures, patience = after, 0, 1
                    continue
                wait, patience = patience, min(2 * patience, MOST_ONE_BY_ONE)
            wait -= 1
            piece = source.piece(at)
            if piece is None:
                return
            good, at = self._one(piece)
            failures = 0 if good else failures + 1
            if failures >= MOST_FAILURES_IN_A_ROW and at < len(source):
                self._give_up(at)
                return

    def schema(self) -> Schema:
        """What was read so far."""
        rights.mark_external(self.draft)
        self._complete_references()
        draft = self.draft
        made = Schema(
            dialect="postgres",
            tables=tuple(draft.in_order()),
            views=tuple(draft.views.values()),
            enums=tuple(draft.enums.values()),
            domains=tuple(draft.domains.values()),
            sequences=tuple(owners.without_followers(draft.sequences.values())),
            functions=tuple(draft.functions),
            extensions=tuple(draft.extensions.values()),
            roles=tuple(draft.roles.values()),
            default_privileges=tuple(draft.default_privileges),
            report=self._report(),
            namespaces=tuple(draft.namespaces.values()),
            database_grants=draft.database_grants,
        )
        return telling(made)

    def _report(self) -> ImportReport:
        report = self.accounts.report()
        notes = [*report.notes, *default_rights.not_given(self.draft), *owners.left_out(self.draft)]
        return replace(report, notes=tuple(notes))

    # Many statements at once

    def _many(self, ahead: Ahead, at: int) -> int:
        """Applies as many whole statements as the grammar takes in one go; where it stopped, `at` if nowhere."""
        end = self._source.chunk_end(at, CHUNK)
        if end <= at:
            return at
        statements = None
        try:
            statements = ahead.parse(at, end)
        except postgast.PgQueryError as error:
            # What comes before the error may still be good.
            good = len(self._source.text(at, end)[: max(error.cursorpos - 1, 0)].encode())
            end = self._source.chunk_end(at, good)
        except DecodeError:
            return at
        if statements is None and end > at:
            with suppress(postgast.PgQueryError, DecodeError):
                statements = ahead.parse(at, end)
        return at if statements is None else self._apply_all(statements, at, end)

    def _apply_all(self, statements: Any, at: int, end: int) -> int:
        """Applies the statements of a chunk that end in a semicolon; where the next one begins."""
        self._base = at
        view = self._source.view
        for raw in statements:
            location, length, statement = at + raw.stmt_location, raw.stmt_len, raw.stmt
            stop = location + length
            if not length:
                if end < len(view):
                    return int(location)  # cut within a comment: the statement may go on
                stop = end
            self._start(skip_blank(view, location), stop)
            kind = statement.WhichOneof("node")
            self._apply(statement, kind)
            if kind == "copy_stmt" and _copies_from_text(statement.copy_stmt):
                return self._copy_data(stop + 1)
        return end

    # One statement at a time

    def _one(self, piece: Piece) -> tuple[bool, int]:
        """Whether the piece was understood, and where to go on."""
        self._start(piece.start, piece.end)
        if piece.kind == "meta":
            self._meta(piece)
            return True, piece.end
        text = self._source.text(piece.start, piece.start + len(piece.text))
        try:
            parsed = self._parsed(text)
        except postgast.PgQueryError as error:
            return self._failed(piece, text, error)
        except DecodeError:
            self._count("not_understood", TOO_DEEP)
            return False, piece.end
        self._base = piece.start
        if not parsed.stmts:
            return True, piece.end
        for raw in parsed.stmts:
            self._start(piece.start, piece.start + len(piece.text))
            self._apply(raw.stmt, raw.stmt.WhichOneof("node"))
        if starts_copy_data(piece):
            return True, self._copy_data(piece.end)
        return True, piece.end

    def _parsed(self, text: str) -> Any:
        """The statements of a piece, where need be with names in the place of its placeholders."""
        try:
            return postgast.parse(text)
        except postgast.PgQueryError:
            named, notes = filled(text)
            if not notes:
                raise
            parsed = postgast.parse(named)
            self.accounts.notes += [note for note in notes if note not in self.accounts.notes]
            return parsed

    def _failed(self, piece: Piece, text: str, error: postgast.PgQueryError) -> tuple[bool, int]:
        restart = self._source.restart(piece.start + 1, piece.end)
        end = piece.end if restart is None else restart
        line = self.draft.line + text.count("\n", 0, max(error.cursorpos - 1, 0))
        where = f"line {line}: " if error.cursorpos and line != self.draft.line else ""
        cut = "; the text ends inside this statement" if not piece.complete and restart is None else ""
        self._start(piece.start, end)
        self._count("not_understood", f"{where}{error.message}{cut}")
        return False, end

    def _copy_data(self, at: int) -> int:
        piece = self._source.piece(at, after_copy=True)
        if piece is None:
            return len(self._source)
        if not piece.complete:
            reason = "the text ends inside the data of this COPY: it is truncated"
            self.accounts.counts["skipped"] -= 1
            self._count("not_understood", reason)
        return piece.end

    def _apply(self, statement: Node, kind: str) -> None:
        draft = self.draft
        draft.remarks.clear()
        node = getattr(statement, kind)
        handler = HANDLERS.get(kind)
        if handler is None:
            self._apply_other(kind, node)
            return
        before, sizes = draft.changed, default_rights.sizes(draft)
        try:
            handler(draft, node)
            default_rights.applied(draft, sizes)
        except Refused as error:
            effect: Effect = "skipped" if isinstance(error, NotKept) else "not_understood"
            # What the commands before the refused one changed stays; a half-made table does not exist anyway.
            if effect == "not_understood" and draft.changed != before:
                effect = "partly"
            self._count(effect, str(error))
            return
        except (postgast.PgQueryError, DecodeError) as error:
            self._count("not_understood", f"the deparser cannot print it: {error}")
            return
        if draft.remarks:
            self._count("partly", "; ".join(draft.remarks))
        else:
            self.accounts.counts["understood"] += 1

    def _apply_other(self, kind: str, node: Node) -> None:
        if kind == "create_schema_stmt":
            self._schema_elements(node)
        elif kind == "do_stmt":
            text = self._source.text(*self._span) if block_language(node) == "plpgsql" else ""
            dull = "the code of a DO block is not run; what it makes is not known"
            self._block(lambda blocks: blocks.run(text), dull)
        elif kind in SKIPPED:
            settings(self.draft, kind, node)
            if called := makes_objects(self.draft, kind, node):
                dull = f"the function {called.name} is not run; what it makes is not known"
                self._block(lambda blocks: blocks.call(called), dull)
            else:
                self.accounts.counts["skipped"] += 1
        else:
            words = " ".join(self._shown().split()[:3])
            self._count("skipped", f"dbarch keeps no model of {words} …")

    def _block(self, run: Callable[[Blocks], Outcome | None], otherwise: str) -> None:
        """Applies the DDL of a block of code; `otherwise` is said of one that cannot be read."""
        draft = self.draft
        # Inside the block offsets are no offsets of the text: all that it makes stands where the block does.
        line, source, line_of = draft.line, draft.source, draft.line_of
        draft.source, draft.line_of = lambda start, end: b"", lambda location: line
        sizes = default_rights.sizes(draft)
        try:
            outcome = run(Blocks(draft, self._applier))
            default_rights.applied(draft, sizes)
        finally:
            draft.source, draft.line_of = source, line_of
        if outcome and outcome.whole and not draft.remarks:
            self.accounts.counts["understood"] += 1
            return
        said = [outcome.sentence if outcome else "", *draft.remarks]
        self._count("partly", "; ".join(filter(None, said)) or otherwise)

    def _applier(self, kind: str) -> Applier:
        if kind == "create_schema_stmt":
            return lambda kind, node: self._schema_of(node)
        handler = HANDLERS.get(kind)
        return (lambda kind, node: handler(self.draft, node)) if handler else None

    def _schema_of(self, node: Node) -> None:
        objects.create_schema(self.draft, node)

    def _schema_elements(self, node: Node) -> None:
        sizes = default_rights.sizes(self.draft)
        name = objects.create_schema(self.draft, node)
        default_rights.applied(self.draft, sizes)
        self.accounts.counts["understood"] += 1
        if not node.schema_elts:
            return
        path, acting = self.draft.search_path, self.draft.acting
        self.draft.search_path = (name or "public", *path)
        if node.HasField("authrole"):  # whose the schema is makes what is in the statement
            self.draft.acting = owners.owner_named(self.draft, node.authrole)
        for element in node.schema_elts:
            self._apply(element, element.WhichOneof("node"))
        self.draft.search_path, self.draft.acting = path, acting

    def _meta(self, piece: Piece) -> None:
        command = piece.text.split()[0]
        if command in ("\\i", "\\ir", "\\include", "\\include_relative"):
            self._count("not_understood", "the file that psql would include here is not read")
        elif command in ("\\c", "\\connect"):
            self._count(
                "skipped", "psql would go on in another database here; what follows is read into the same schema"
            )
        else:
            self.accounts.counts["skipped"] += 1

    # Where things are

    def _start(self, start: int, end: int) -> None:
        self._span = (start, end)
        self.draft.line = self._source.line(start)

    def _shown(self) -> str:
        start, end = self._span
        return self._source.text(start, min(end, start + SHOWN * 12))

    def _count(self, effect: Effect, reason: str) -> None:
        self.accounts.count(effect, self.draft.line, self._shown(), reason, self.draft.file)

    def _give_up(self, at: int) -> None:
        start = skip_blank(self._source.view, at)
        self._start(start, len(self._source))
        self._count(
            "not_understood",
            HOPELESS,
        )

    def _line_of(self, location: int) -> int | None:
        """The line of a byte offset within what was parsed last."""
        return None if location < 0 else bisect_right(self._source.lines, self._base + location)

    def _bytes_between(self, start: int, end: int) -> bytes:
        return self._source.data[self._base + start : self._base + end]

    def _complete_references(self) -> None:
        """Foreign keys without columns get the target's primary key; those without target are reported."""
        draft = self.draft
        for table in list(draft.tables.values()):
            for key in table.foreign_keys:
                target = draft.tables.get(key.target)
                if target is None:
                    reason = f"foreign key {key.name!r} points at table {key.target}, which the source does not define"
                    statement = f"FOREIGN KEY ({', '.join(key.columns)}) REFERENCES {key.target}"
                    self.accounts.problem("partly", key.line or table.line or 1, statement, reason, table.file)
                    self.accounts.demote()
                elif not key.ref_columns and target.primary_key:
                    fixed = with_changes(key, ref_columns=target.primary_key.columns)
                    keys = tuple(fixed if k.name == key.name else k for k in draft.tables[table.qname].foreign_keys)
                    draft.change(draft.tables[table.qname], foreign_keys=keys)


def _copies_from_text(copy: Node) -> bool:
    """Whether the data of the COPY follow in the text."""
    return bool(copy.is_from and not copy.filename and not copy.is_program)


def read_postgres(text: str, file: str | None = None) -> Schema:
    """The Schema of a PostgreSQL DDL text, with the report of what was not understood."""
    reader = Reader()
    reader.read(text, file)
    return reader.schema()
