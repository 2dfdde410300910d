"""What a statement needs that a bare DuckDB does not have: types and index methods of extensions, other habits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dbarch_widgets.importers.duckdb.catalog import Stood
from dbarch_widgets.importers.duckdb.engine import CATALOG, ThrowAway
from dbarch_widgets.importers.sqlite.tokens import fold, tokens, unquote
from dbarch_widgets.sql.names import quote, text_literal

_TYPE = re.compile(r"Type with name \"?([^\"\n]+?)\"? (?:does not exist|is not in the catalog)", re.IGNORECASE)
_METHOD = re.compile(r"Unknown index type: (.+)", re.IGNORECASE)
_ACTIONS = re.compile(r"FOREIGN KEY constraints cannot use CASCADE")
_MOST_TRIES = 40
_MARK = "\x7f"


@dataclass
class Outcome:
    """How a statement fared: DuckDB's refusal, the repairs that helped, and what was lost in them."""

    refusal: str | None
    full: str = ""
    notes: set[str] = field(default_factory=set)
    lost: str = ""


@dataclass
class Repairs:
    """Lends what is missing; `stood` remembers what stood in for what, for the reading of the catalog."""

    engine: ThrowAway
    stood: Stood = field(default_factory=Stood)
    _types: dict[str, re.Pattern[str]] = field(default_factory=dict)

    def run(self, sql: str) -> Outcome:
        """Run a statement, with repairs where it needs them."""
        done = Outcome(None, notes={words for words, needs in self._types.items() if needs.search(sql)})
        for _ in range(_MOST_TRIES):
            refusal, full = self.engine.run(sql)
            if refusal is None:
                done.refusal = None
                return done
            done.refusal, done.full = refusal, full
            if match := _TYPE.search(full):
                words = self._stand_in_type(match.group(1))
                if words is None:
                    return done
                done.notes.add(words)
            elif match := _METHOD.search(refusal):
                plain = self._without_method(sql, match.group(1).strip())
                if plain is None:
                    return done
                sql = plain
                done.notes.add(f"the index method {match.group(1).strip()} is of an extension: kept as declared")
            elif _ACTIONS.search(refusal) and (changed := without_actions(sql)) != sql:
                sql = changed
                done.lost = (
                    "DuckDB knows no CASCADE, SET NULL or SET DEFAULT: the foreign key is kept without its action"
                )
            else:
                return done
        return done

    def _stand_in_type(self, name: str) -> str | None:
        """An enum of one odd label stands in: whatever column has the type is known by it later."""
        words = f"the type {name} is not DuckDB's own; a stand-in was there while loading and the name is kept"
        if words in self._types:
            return None
        label = _MARK + name.upper()
        refusal, _ = self.engine.run(f"CREATE TYPE {CATALOG}.main.{quote(name)} AS ENUM ({text_literal(label)})")
        if refusal is not None:
            return None
        self.stood.types[f"ENUM({text_literal(label)})"] = name.upper()
        self._types[words] = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
        return words

    def _without_method(self, sql: str, method: str) -> str | None:
        """The CREATE INDEX without USING and WITH; the method goes to `stood`."""
        items = tokens(sql)
        using = next((at for at, item in enumerate(items) if item.upper == "USING"), None)
        on = next((at for at, item in enumerate(items) if item.upper == "ON"), None)
        if using is None or on is None or using + 1 >= len(items) or on < 1:
            return None
        end = next((item.start for item in items[using:] if item.upper == "WITH"), len(sql))
        self.stood.methods[fold(unquote(items[on - 1]))] = method.lower()
        return sql[: items[using].start] + sql[items[using + 1].end : end]


def without_actions(sql: str) -> str:
    """The statement without `ON DELETE` and `ON UPDATE` of its foreign keys."""
    items, cuts = tokens(sql), []
    for at, item in enumerate(items):
        if item.upper == "ON" and at + 2 < len(items) and items[at + 1].upper in ("DELETE", "UPDATE"):
            last = at + 3 if items[at + 2].upper in ("SET", "NO") else at + 2
            cuts.append((item.start, items[min(last, len(items) - 1)].end))
    for start, end in reversed(cuts):
        sql = sql[:start] + sql[end:]
    return sql
