"""What a writer hands out: statements in load order, the same as one readable text, and what was lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from dbarch_widgets.model.display import Shown

LEFT_OUT = "left out"
_CODE = re.compile(r"CREATE (TRIGGER|FUNCTION|PROCEDURE)\b")


@dataclass(frozen=True)
class Loss:
    """Something of the schema that the other database has no counterpart for.

    `object` names it as the source does (`app.orders.price`), `what` is the property that is lost, `why` the reason,
    `instead` what was written in its place, and `definition` its text in the source where it has one.
    """

    object: str
    what: str
    why: str
    instead: str = LEFT_OUT
    definition: str | None = None

    def __str__(self) -> str:
        return f"{self.object}: {self.what}: {self.instead}; {self.why}"


@dataclass(frozen=True)
class Written(Shown):
    """A schema as DDL.

    `sql` is one text with headings and every statement ended by `;`. `statements` are the same, one by one, in the order
    in which an empty database takes them. `roles` must exist before: the schema names them and does not make them.
    """

    dialect: str
    sql: str
    statements: tuple[str, ...]
    no_counterpart: tuple[Loss, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass
class Script:
    """Statements under headings, in the order of writing, and the losses met while writing."""

    sections: dict[str, list[str]] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    roles: dict[str, None] = field(default_factory=dict)

    def add(self, heading: str, *statements: str) -> None:
        """Statements for the section of that heading, which stands where it was first used."""
        if statements:
            self.sections.setdefault(heading, []).extend(statements)

    def lose(self, loss: Loss) -> None:
        self.losses.append(loss)


_NAMES = {"postgres": "PostgreSQL", "sqlite": "SQLite", "duckdb": "DuckDB", "mysql": "MySQL and MariaDB"}


def written(script: Script, dialect: str, losses: Iterable[Loss] = ()) -> Written:
    """The script as one text; what has no counterpart stands at its end, as comments."""
    everything = tuple(dict.fromkeys([*losses, *script.losses]))
    parts = [f"-- Schema for {_NAMES[dialect]}."]
    if script.roles:
        parts[0] += "\n" + comment("Roles that must exist: " + ", ".join(script.roles))
    for heading, statements in script.sections.items():
        between = "\n\n" if any("\n" in statement for statement in statements) else "\n"
        parts.append(f"-- {heading}\n\n" + between.join(_ended(statement, dialect) for statement in statements))
    if everything:
        from dbarch_widgets.sql.write.losses import notes

        lines = [comment(note) for note in notes(everything)]
        lines += ["--", *(comment(_told(loss)) for loss in everything)]
        parts.append(f"-- Without a counterpart in {_NAMES[dialect]}\n--\n" + "\n".join(lines))
    every = tuple(statement for section in script.sections.values() for statement in section)
    return Written(dialect, "\n\n".join(parts) + "\n", every, everything, tuple(script.roles))


def _ended(statement: str, dialect: str) -> str:
    """The statement with its `;`; MySQL's client wants another mark around the code of a trigger or a function."""
    if dialect != "mysql" or not _CODE.match(statement) or ";" not in statement:
        return statement + ";"
    mark = "//" if "//" not in statement else "$$" if "$$" not in statement else "§§"
    return f"DELIMITER {mark}\n{statement}{mark}\nDELIMITER ;"


def _told(loss: Loss) -> str:
    return str(loss) + (f"\n    {loss.definition}" if loss.definition else "")


def comment(text: str) -> str:
    """The text as `--` comments: no line break in it, of whatever kind, ends the comment early."""
    return "\n".join("-- " + line.replace("\0", "?") for line in text.splitlines() or [""])
