"""The DDL inside a DO block, or inside a function that the text calls: read as if it were run once.

Migrations guard their statements in PL/pgSQL (`IF NOT EXISTS … THEN ALTER TABLE …`, `EXCEPTION WHEN duplicate_object`).
PostgreSQL's own grammar takes the block apart. A guard is not evaluated: its statements are tried, and where the draft
refuses them (the object is there, or is not) they change nothing, which is what the guard is for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import postgast
from google.protobuf.message import DecodeError

from dbarch_widgets.importers.postgres.draft import Draft, Refused
from dbarch_widgets.importers.postgres.options import option_text
from dbarch_widgets.model.objects import Function

Node = Any
# Applies one parsed statement that makes or changes an object; None for a statement of another kind.
Applier = Callable[[str, Node], object] | None
_VERSION = "server_version"
_LOOPS = ("PLpgSQL_stmt_fori", "PLpgSQL_stmt_fors", "PLpgSQL_stmt_foreach_a", "PLpgSQL_stmt_dynfors")


@dataclass
class Outcome:
    """What became of a block: statements that took effect, and whether something in it is not known."""

    applied: int = 0
    refused: int = 0
    conditions: bool = False
    unknown: bool = False
    plain: int = 0

    @property
    def whole(self) -> bool:
        """Whether it holds nothing but statements about the database that runs it, which have no name in SQL."""
        return 0 < self.plain == self.applied and not (self.refused or self.conditions or self.unknown)

    @property
    def sentence(self) -> str:
        """Words for the report."""
        if not self.applied and not self.refused:
            return "" if self.unknown else "nothing in it makes an object"
        count = self.applied
        text = f"{count} {'statement' if count == 1 else 'statements'} inside {'was' if count == 1 else 'were'} read as if run"
        text += "; conditions were not evaluated" if self.conditions else ""
        return text + ("; what its loops and EXECUTE make is not known" if self.unknown else "")


class Blocks:
    """Runs the DDL of blocks on a draft; `applier` tells how a kind of statement is applied."""

    def __init__(self, draft: Draft, applier: Callable[[str], Applier]) -> None:
        self._draft, self._applier = draft, applier

    def run(self, text: str) -> Outcome | None:
        """A whole `DO` statement; None when its code is not PL/pgSQL or cannot be read."""
        if not text:
            return None
        try:
            parsed = postgast.parse_plpgsql(text)
        except (postgast.PgQueryError, ValueError):
            return None
        outcome = Outcome()
        for function in parsed:
            self._walk([function.get("PLpgSQL_function", {}).get("action", {})], outcome)
        return outcome

    def call(self, function: Function) -> Outcome | None:
        """The body of a function, run once; None when it is neither PL/pgSQL nor SQL, or cannot be read."""
        if function.language == "sql":
            outcome = Outcome()
            self._sql(function.body or "", outcome)
            return outcome
        if function.language != "plpgsql":
            return None
        return self.run(f"DO $_dbarch_$ {function.body} $_dbarch_$")

    def _walk(self, statements: list[Mapping[str, Any]], outcome: Outcome) -> None:
        for statement in statements:
            for kind, body in statement.items():
                self._one(kind, body, outcome)

    def _one(self, kind: str, body: Mapping[str, Any], outcome: Outcome) -> None:
        if kind == "PLpgSQL_stmt_block":
            self._walk(body.get("body", []), outcome)
        elif kind == "PLpgSQL_stmt_execsql":
            self._sql(_query(body.get("sqlstmt")), outcome)
        elif kind == "PLpgSQL_stmt_if":
            self._branch(body, outcome)
        elif kind == "PLpgSQL_stmt_dynexecute":
            query = _query(body.get("query"))
            text = _literal(query)
            if text is None and (text := _of_this_database(query, self._draft.database)):
                outcome.plain += 1
            if text is None or body.get("params"):
                outcome.unknown = True
            else:
                self._sql(text, outcome)
        elif kind in _LOOPS or kind in ("PLpgSQL_stmt_while", "PLpgSQL_stmt_loop", "PLpgSQL_stmt_case"):
            outcome.unknown = True

    def _branch(self, body: Mapping[str, Any], outcome: Outcome) -> None:
        """The first branch of which something takes effect."""
        if _VERSION in _query(body.get("cond")):
            outcome.unknown = True
            return
        branches = [body.get("then_body", [])]
        branches += [each.get("PLpgSQL_if_elsif", {}).get("stmts", []) for each in body.get("elsif_list", [])]
        branches.append(body.get("else_body", []))
        before = outcome.applied
        for branch in branches:
            self._walk(branch, outcome)
            if outcome.applied > before:
                outcome.conditions = True
                return

    def _sql(self, text: str, outcome: Outcome) -> None:
        try:
            statements = postgast.parse(text).stmts
        except (postgast.PgQueryError, DecodeError):
            outcome.unknown = True
            return
        for kind, node in _nodes(statements):
            apply = self._applier(kind)
            if apply is None:
                continue
            try:
                apply(kind, node)
            except (Refused, postgast.PgQueryError, DecodeError):
                outcome.refused += 1
            else:
                outcome.applied += 1


def block_language(block: Node) -> str:
    """The language of the code of a DO statement."""
    options = {node.def_elem.defname: node.def_elem for node in block.args}
    return option_text(options["language"]).lower() if "language" in options else "plpgsql"


def _nodes(statements: Any) -> Iterator[tuple[str, Node]]:
    for raw in statements:
        kind = raw.stmt.WhichOneof("node")
        yield kind, getattr(raw.stmt, kind)


def _query(expression: Mapping[str, Any] | None) -> str:
    return str((expression or {}).get("PLpgSQL_expr", {}).get("query", ""))


_FORMATTED = re.compile(
    r"\s*(?:pg_catalog\.)?format\((.*),\s*current_database\(\)\s*\)\s*\Z", re.IGNORECASE | re.DOTALL
)


def _of_this_database(expression: str, database: str | None) -> str | None:
    """The text of `format('… DATABASE %I …', current_database())`."""
    match = _FORMATTED.match(expression)
    text = _literal(match[1]) if match else None
    if text is None or text.replace("%%", "").count("%") != 1:
        return None
    name = '"' + (database or "current_database()").replace('"', '""') + '"'
    return "%".join(part.replace("%I", name) for part in text.split("%%"))


def _literal(expression: str) -> str | None:
    """The text that an expression is, when it is a string and nothing else."""
    try:
        tree = postgast.parse(f"SELECT {expression}")
        value = tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val.a_const
    except (postgast.PgQueryError, DecodeError, IndexError):
        return None
    return str(value.sval.sval) if value.WhichOneof("val") == "sval" else None
