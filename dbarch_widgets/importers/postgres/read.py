"""Reads PostgreSQL DDL text into a Schema: split, parse, apply, report; one statement at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import postgast

from dbarch_widgets.importers.postgres import alter, changes, indexes, objects, rights, tables
from dbarch_widgets.importers.postgres.draft import Draft, NotKept, Refused
from dbarch_widgets.model.report import Effect, ImportReport, Problem
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.split import Lines, Piece, next_piece, restart_after, skip_blank, starts_copy_data

Node = Any
Handler = Callable[[Draft, Node], object]

SHOWN = 120
# Of a text that is no SQL at all only so many statements are tried one by one; the rest is reported as one.
MOST_FAILURES_IN_A_ROW = 500

HANDLERS: dict[str, Handler] = {
    "create_stmt": tables.create_table,
    "create_foreign_table_stmt": lambda draft, s: tables.create_table(draft, s.base_stmt, foreign=True),
    "create_table_as_stmt": objects.create_table_as,
    "alter_table_stmt": alter.alter_table,
    "index_stmt": indexes.create_index,
    "create_enum_stmt": objects.create_enum,
    "alter_enum_stmt": objects.alter_enum,
    "create_domain_stmt": objects.create_domain,
    "alter_domain_stmt": objects.alter_domain,
    "composite_type_stmt": objects.create_composite,
    "create_range_stmt": objects.create_range,
    "create_seq_stmt": objects.create_sequence,
    "alter_seq_stmt": objects.alter_sequence,
    "view_stmt": objects.create_view,
    "create_function_stmt": objects.create_function,
    "alter_function_stmt": objects.alter_function,
    "create_trig_stmt": objects.create_trigger,
    "create_extension_stmt": objects.create_extension,
    "create_policy_stmt": rights.create_policy,
    "alter_policy_stmt": rights.alter_policy,
    "create_role_stmt": rights.create_role,
    "alter_role_stmt": rights.alter_role,
    "grant_stmt": rights.grant,
    "grant_role_stmt": rights.grant_role,
    "alter_default_privileges_stmt": rights.default_privileges,
    "drop_stmt": changes.drop,
    "rename_stmt": changes.rename,
    "alter_object_schema_stmt": changes.set_schema,
    "comment_stmt": changes.comment,
    "drop_role_stmt": lambda draft, s: [draft.roles.pop(n.role_spec.rolename, None) for n in s.roles],
}

# Statements that change no structure: settings, data, transactions.
_SKIPPED = frozenset({
    "select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt", "truncate_stmt", "copy_stmt",
    "transaction_stmt", "variable_show_stmt", "explain_stmt", "vacuum_stmt", "cluster_stmt", "reindex_stmt",
    "lock_stmt", "notify_stmt", "listen_stmt", "unlisten_stmt", "discard_stmt", "check_point_stmt", "load_stmt",
    "call_stmt", "prepare_stmt", "execute_stmt", "deallocate_stmt", "constraints_set_stmt", "alter_role_set_stmt",
    "createdb_stmt", "alter_database_stmt", "alter_database_set_stmt", "alter_system_stmt", "refresh_mat_view_stmt",
    "sec_label_stmt", "variable_set_stmt", "alter_owner_stmt",
})  # fmt: skip


class Reader:
    """One reading; several texts (a folder of migrations) may follow one another in the same draft."""

    def __init__(self) -> None:
        self.draft = Draft()
        self.counts = {"understood": 0, "partly": 0, "skipped": 0, "not_understood": 0}
        self.problems: list[Problem] = []
        self._lines = Lines("")
        self._base = 0
        self._bytes = b""
        self.draft.line_of = self._line_of

    def read(self, text: str, file: str | None = None) -> None:
        """Applies all the statements of a text."""
        self._lines, self.draft.file = Lines(text), file
        at, failures = 0, 0
        piece = next_piece(text, 0)
        while piece is not None:
            good, at = self._piece(text, piece)
            failures = 0 if good else failures + 1
            if failures >= MOST_FAILURES_IN_A_ROW and at < len(text):
                self._give_up(text, at)
                return
            copy = good and starts_copy_data(piece)
            piece = next_piece(text, at, after_copy=copy)

    def schema(self) -> Schema:
        """What was read so far."""
        rights.mark_external(self.draft)
        self._complete_references()
        draft = self.draft
        report = ImportReport(
            statements=sum(self.counts.values()),
            understood=self.counts["understood"],
            partly=self.counts["partly"],
            skipped=self.counts["skipped"],
            not_understood=self.counts["not_understood"],
            problems=tuple(sorted(self.problems, key=lambda problem: (problem.file or "", problem.line))),
        )
        return Schema(
            dialect="postgres",
            tables=tuple(draft.tables.values()),
            views=tuple(draft.views.values()),
            enums=tuple(draft.enums.values()),
            domains=tuple(draft.domains.values()),
            sequences=tuple(draft.sequences.values()),
            functions=tuple(draft.functions),
            extensions=tuple(draft.extensions.values()),
            roles=tuple(draft.roles.values()),
            default_privileges=tuple(draft.default_privileges),
            report=report,
        )

    def _piece(self, text: str, piece: Piece) -> tuple[bool, int]:
        """Whether the piece was understood, and where to go on."""
        self.draft.line = self._lines.at(piece.start)
        if piece.kind == "meta":
            self._meta(piece)
            return True, piece.end
        if piece.kind == "copy_data":
            if not piece.complete:
                self._problem("not_understood", "COPY …", "the text ends inside the data of a COPY: it is truncated")
            return True, piece.end
        try:
            parsed = postgast.parse(piece.text)
        except postgast.PgQueryError as error:
            return self._failed(text, piece, error)
        self._base, self._bytes = piece.start, piece.text.encode() if not piece.text.isascii() else b""
        for raw in parsed.stmts:
            self._apply(raw.stmt, piece.text)
        return True, piece.end

    def _failed(self, text: str, piece: Piece, error: postgast.PgQueryError) -> tuple[bool, int]:
        restart = restart_after(text, piece.start + 1, piece.end)
        end = piece.end if restart is None else restart
        bad = text[piece.start : end].rstrip()
        line = self._lines.at(piece.start + _characters(piece.text, error.cursorpos - 1)) if error.cursorpos else None
        where = f"line {line}: " if line and line != self.draft.line else ""
        cut = "; the text ends inside this statement" if not piece.complete and restart is None else ""
        self._problem("not_understood", bad, f"{where}{error.message}{cut}")
        self.counts["not_understood"] += 1
        return False, end

    def _apply(self, statement: Node, text: str) -> None:
        draft, kind = self.draft, statement.WhichOneof("node")
        draft.remarks.clear()
        node = getattr(statement, kind)
        if kind == "create_schema_stmt":
            self._schema_elements(node, text)
            return
        if kind == "do_stmt":
            self._count("partly", text, "the code of a DO block is not run; what it makes is not known")
            return
        if kind in _SKIPPED:
            self._settings(kind, node)
            self.counts["skipped"] += 1
            return
        handler = HANDLERS.get(kind)
        if handler is None:
            words = " ".join(text.split()[:3])
            self._count("skipped", text, f"dbarch keeps no model of {words} …")
            return
        before = dict(draft.tables)
        try:
            handler(draft, node)
        except Refused as error:
            effect: Effect = "skipped" if isinstance(error, NotKept) else "not_understood"
            # What the commands before the refused one changed stays; a half-made table does not exist anyway.
            if effect == "not_understood" and draft.tables != before:
                effect = "partly"
            self._count(effect, text, str(error))
            return
        if draft.remarks:
            self._count("partly", text, "; ".join(draft.remarks))
        else:
            self.counts["understood"] += 1

    def _schema_elements(self, node: Node, text: str) -> None:
        name = objects.create_schema(self.draft, node)
        self.counts["understood"] += 1
        if not node.schema_elts:
            return
        path = self.draft.search_path
        self.draft.search_path = (name or "public", *path)
        for element in node.schema_elts:
            self._apply(element, text)
        self.draft.search_path = path

    def _settings(self, kind: str, node: Node) -> None:
        """`SET search_path` decides where the later objects go."""
        if kind == "variable_set_stmt" and node.name == "search_path":
            values = objects.setting_values(node)
            self.draft.search_path = tuple(v.strip() for value in values for v in value.split(",")) or ("public",)
        elif kind == "select_stmt" and len(node.target_list) == 1:
            call = node.target_list[0].res_target.val.func_call
            arguments = [argument.a_const.sval.sval for argument in call.args]
            if call.funcname and call.funcname[-1].string.sval == "set_config" and arguments[:1] == ["search_path"]:
                path = tuple(part.strip() for part in arguments[1].split(",") if part.strip())
                self.draft.search_path = path or ("public",)

    def _meta(self, piece: Piece) -> None:
        command = piece.text.split()[0]
        if command in ("\\i", "\\ir", "\\include", "\\include_relative"):
            self._count("not_understood", piece.text, "the file that psql would include here is not read")
        else:
            self.counts["skipped"] += 1

    def _count(self, effect: Effect, text: str, reason: str) -> None:
        self.counts[effect] += 1
        self._problem(effect, text, reason)

    def _problem(self, effect: Effect, text: str, reason: str) -> None:
        start = " ".join(text[: SHOWN * 3].split())
        shown = start if len(start) <= SHOWN else start[: SHOWN - 1] + "…"
        words = " ".join(reason.split())
        words = words if len(words) <= 2 * SHOWN else words[: 2 * SHOWN - 1] + "…"
        self.problems.append(Problem(self.draft.line, shown, words, effect, self.draft.file))

    def _give_up(self, text: str, at: int) -> None:
        start = skip_blank(text, at)
        self.draft.line = self._lines.at(start)
        reason = f"{MOST_FAILURES_IN_A_ROW} statements in a row were not understood; the rest was not tried"
        self._count("not_understood", text[start : start + SHOWN * 3], reason)

    def _line_of(self, location: int) -> int | None:
        """The line of a byte offset within the statement at hand."""
        if location < 0:
            return None
        offset = len(self._bytes[:location].decode(errors="ignore")) if self._bytes else location
        return self._lines.at(self._base + offset)

    def _complete_references(self) -> None:
        """Foreign keys without columns get the target's primary key; those without target are reported."""
        draft = self.draft
        for table in list(draft.tables.values()):
            for key in table.foreign_keys:
                target = draft.tables.get(key.target)
                if target is None:
                    reason = f"foreign key {key.name!r} points at table {key.target}, which the source does not define"
                    statement = f"FOREIGN KEY ({', '.join(key.columns)}) REFERENCES {key.target}"
                    line = key.line or table.line or 1
                    self.problems.append(Problem(line, statement, reason, "partly", table.file))
                    self._demote()
                elif not key.ref_columns and target.primary_key:
                    fixed = replace(key, ref_columns=target.primary_key.columns)
                    keys = tuple(fixed if k.name == key.name else k for k in draft.tables[table.qname].foreign_keys)
                    draft.change(draft.tables[table.qname], foreign_keys=keys)

    def _demote(self) -> None:
        """One statement that counted as understood was so only partly."""
        if self.counts["understood"]:
            self.counts["understood"] -= 1
            self.counts["partly"] += 1


def _characters(text: str, byte_offset: int) -> int:
    if text.isascii():
        return byte_offset
    return len(text.encode()[:byte_offset].decode(errors="ignore"))


def read_postgres(text: str, file: str | None = None) -> Schema:
    """The Schema of a PostgreSQL DDL text, with the report of what was not understood."""
    reader = Reader()
    reader.read(text, file)
    return reader.schema()
