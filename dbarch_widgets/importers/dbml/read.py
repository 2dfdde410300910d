"""Reads DBML: parse the whole, or each element by itself to find those that do not parse, then read it as DDL."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.importers.dbml import ddl
from dbarch_widgets.importers.dbml.elements import Element, elements, expand_partials
from dbarch_widgets.importers.dbml.layout import laid_out, plain_lines, source_lines
from dbarch_widgets.importers.registry import reader
from dbarch_widgets.model.report import Problem
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.names import quote

SHOWN = 120
# What says nothing of the structure: how it is drawn, and rows.
_SKIPPED = frozenset({"tablegroup", "note", "records", "diagramview"})
_INLINE_REF = re.compile(
    r",?\s*\bref\s*:\s*(?:<>|[<>-])\s*(?P<target>(?:\"[^\"]+\"|\w+)(?:\.(?:\"[^\"]+\"|\w+))*)", re.IGNORECASE
)
_COLUMN_CHECK = re.compile(r",?\s*\bcheck\s*:\s*`(?P<text>[^`]*)`", re.IGNORECASE)
_CHECKS = re.compile(r"^\s*checks\s*\{(?P<body>[^}]*)\}", re.IGNORECASE | re.MULTILINE)
_CHECK = re.compile(r"`(?P<text>[^`]*)`\s*(?:\[[^\]]*name\s*:\s*['\"](?P<name>[^'\"]+)['\"][^\]]*\])?")
_Name = tuple[str, str]
_NAME = re.compile(r"\s*table\s+(?P<name>(?:\"[^\"]+\"|\w+)(?:\.(?:\"[^\"]+\"|\w+))?)", re.IGNORECASE)
_ALIAS = re.compile(_NAME.pattern + r"\s+as\s+(?P<alias>\"[^\"]+\"|\w+)", re.IGNORECASE)


def read_dbml(text: str, file: str | None = None) -> Schema:
    """The schema of a DBML text, in PostgreSQL's words. Every element counts as one statement of the report.

    Raises:
        InputError: there is no element in it, or none was understood.
    """
    everything = elements(plain_lines(text))
    found, missing = expand_partials(everything)
    if not found:
        raise InputError("there is no DBML in it", where=file, to_do="give a file with Table … { … }")
    problems = [Problem(1, f"~{name}", f"there is no TablePartial {name}", "partly", file) for name in missing]
    structure = [replace(each, text=laid_out(each.text)) for each in found if each.kind not in _SKIPPED]
    checks: dict[_Name, list[str]] = {}
    structure = [_without_checks(each, checks) for each in structure]
    database, bad, partly = _parse(structure)
    statements, notes = _statements(database, structure, checks)
    problems += [Problem(each.line, _beginning(each), reason, "not_understood", file) for each, reason in bad]
    problems += [Problem(each.line, _beginning(each), reason, "partly", file) for each, reason in partly]
    reading = reader("postgres")
    reading.read(_at_their_lines(statements), file)
    schema = reading.schema()
    if not schema.tables and bad:
        raise InputError(f"none of it was understood; line {bad[0][0].line}: {bad[0][1]}", where=file)
    problems += [replace(problem, statement=problem.statement[:SHOWN]) for problem in schema.report.problems]
    halves = len({each.line for each, _ in partly}) + len(missing) + schema.report.partly
    lost = len(bad) + schema.report.not_understood
    report = replace(
        schema.report,
        statements=len(everything),
        understood=max(0, len(everything) - len(found) + len(structure) - lost - halves),
        partly=halves,
        skipped=len(found) - len(structure),
        not_understood=lost,
        problems=tuple(sorted(problems, key=lambda problem: problem.line)),
        notes=(*schema.report.notes, *notes),
    )
    return replace(schema, report=report)


def _parse(structure: list[Element]) -> tuple[Any, list[tuple[Element, str]], list[tuple[Element, str]]]:
    """What pydbml makes of the elements, those that it refused, and those that lost a relation to nowhere."""
    from pydbml.parser.parser import PyDBML

    bad: list[tuple[Element, str]] = []
    partly: list[tuple[Element, str]] = []
    good = structure
    try:
        return PyDBML("\n".join(each.text for each in good)), bad, partly
    except Exception:  # noqa: BLE001 - pydbml raises many kinds; which element it was is found below
        good = []
    names: set[str] = set()
    for each in structure:
        reason = _refusal(each)
        match = _NAME.match(each.text)
        name = match["name"].replace('"', "").removeprefix("public.") if match else None
        if reason is None and name in names:
            reason = f"table {name} is already defined; the first definition is kept"
        if reason is None:
            good.append(each)
            names.update([name] if name else [])
            names.update(match["alias"].replace('"', "") for match in [_ALIAS.match(each.text)] if match)
        else:
            bad.append((each, reason))
    good = [_with_known_targets(each, names, bad, partly) for each in good]
    kept = [each for each in good if each.text]
    try:
        return PyDBML("\n".join(each.text for each in kept)), bad, partly
    except Exception as error:
        raise InputError(f"is not understood: {_one_line(error)}", where="the DBML") from error


def _refusal(element: Element) -> str | None:
    """Why the element does not parse by itself; a relation to a table elsewhere is no reason."""
    from pydbml.exceptions import ColumnNotFoundError, TableNotFoundError
    from pydbml.parser.parser import PyDBML
    from pyparsing import ParseBaseException

    try:
        PyDBML(element.text)
    except (TableNotFoundError, ColumnNotFoundError):
        return None
    except ParseBaseException as error:
        # Its own words list everything that could stand there; where it stopped says more.
        stopped = " ".join(error.pstr[error.loc : error.loc + 20].split()) or "the end"
        line = element.line + source_lines(error.pstr, error.loc)
        return f"line {line}: not understood at {stopped!r}"
    except Exception as error:  # noqa: BLE001 - reported with the element
        return _one_line(error)
    return None


def _with_known_targets(
    element: Element, names: set[str], bad: list[tuple[Element, str]], partly: list[tuple[Element, str]]
) -> Element:
    """The element without relations to tables that are not there; both are reported."""
    if element.kind == "ref":
        ends = re.findall(r"((?:\"[^\"]+\"|\w+)(?:\.(?:\"[^\"]+\"|\w+))*)\.(?:\(|\"[^\"]+\"|\w+)", element.text)
        unknown = [end for end in ends if end.replace('"', "").removeprefix("public.") not in names]
        if unknown:
            bad.append((element, f"there is no table {unknown[0]}"))
            return Element(element.kind, "", element.line)
        return element

    def keep(match: re.Match[str]) -> str:
        table = match["target"].replace('"', "").rpartition(".")[0].removeprefix("public.")
        if table in names:
            return match.group()
        partly.append((element, f"the relation to {match['target']} is lost: there is no table {table}"))
        return ""

    text = re.sub(r"\[\s*,", "[", _INLINE_REF.sub(keep, element.text))
    return replace(element, text=re.sub(r"\[\s*\]", "", text))


def _without_checks(element: Element, checks: dict[_Name, list[str]]) -> Element:
    """The element without its checks, which pydbml does not know; they are kept beside."""
    if element.kind != "table":
        return element
    found: list[str] = []

    def block(match: re.Match[str]) -> str:
        for each in _CHECK.finditer(match["body"]):
            name = f"CONSTRAINT {quote(each['name'])} " if each["name"] else ""
            found.append(f"{name}CHECK ({' '.join(each['text'].split())})")
        return "\n" * match.group().count("\n")

    def column(match: re.Match[str]) -> str:
        found.append(f"CHECK ({' '.join(match['text'].split())})")
        return ""

    text = _COLUMN_CHECK.sub(column, _CHECKS.sub(block, element.text))
    name = _named(element)
    if not found or name is None:
        return element
    checks[name] = found
    return replace(element, text=re.sub(r"\[\s*\]", "", re.sub(r"\[\s*,", "[", text)))


def _statements(
    database: Any, structure: list[Element], checks: dict[_Name, list[str]]
) -> tuple[list[tuple[int, str]], list[str]]:
    """The DDL of everything, each statement with the line of its element, and what was added by DBML's meaning."""
    lines = {}
    for element in structure:
        if named := _named(element):
            lines[named] = element.line
    foreign: dict[Any, list[str]] = defaultdict(list)
    unique: dict[Any, list[tuple[str, ...]]] = defaultdict(list)
    notes, joins = [], []
    for ref in database.refs:
        holder, target = (ref.col2, ref.col1) if ref.type == "<" else (ref.col1, ref.col2)
        if ref.type == "<>":
            statement, name = ddl.join_table(ref)
            joins.append((10**9, statement))
            notes.append(f"many to many: the table {name} was added for it")
            continue
        foreign[_key(holder[0].table)].append(ddl.foreign_key(holder, target, ref))
        if ref.type == "-" and not _is_key(holder):
            unique[_key(holder[0].table)].append(tuple(column.name for column in holder))
            notes.append(
                f"one to one: {holder[0].table.name} ({', '.join(c.name for c in holder)}) was made unique for it"
            )
    statements = [(0, ddl.enum_ddl(enum)) for enum in database.enums]
    spaces = {thing.schema for thing in (*database.tables, *database.enums)} - {"public"}
    statements = [(0, f"CREATE SCHEMA {quote(name)};") for name in sorted(spaces)] + statements
    for table in database.tables:
        line = lines.get((table.schema, table.name), 1)
        made = ddl.table_ddl(table, foreign[_key(table)], unique[_key(table)], checks.get(_key(table), []))
        statements += [(line, statement) for statement in made]
    kind = str((database.project.items if database.project else {}).get("database_type", ""))
    if kind and "postgres" not in kind.lower():
        notes.append(f"the project is for {kind}; it is read as PostgreSQL, with the types as they are written")
    return sorted(statements, key=lambda each: each[0]) + joins, notes


def _named(element: Element) -> _Name | None:
    """Schema and name of the table that the element makes."""
    match = _NAME.match(element.text)
    if match is None:
        return None
    parts = [part.strip('"') for part in re.findall(r"\"[^\"]+\"|\w+", match["name"])]
    return (parts[0], parts[1]) if len(parts) == 2 else ("public", parts[0])


def _key(table: Any) -> _Name:
    return table.schema, table.name


def _is_key(columns: list[Any]) -> bool:
    names = {column.name for column in columns}
    table = columns[0].table
    if names == {column.name for column in table.columns if column.pk}:
        return True
    if len(columns) == 1 and columns[0].unique:
        return True
    return any(
        (index.unique or index.pk) and names == {getattr(subject, "name", None) for subject in index.subjects}
        for index in table.indexes
    )


def _at_their_lines(statements: list[tuple[int, str]]) -> str:
    """One text in which each statement stands on the line of its element, so that reports name the right line."""
    text, at = [], 1
    for line, statement in statements:
        if at < line < 10**9:
            text.append("\n" * (line - at))
            at = line
        text.append(statement + " ")
    return "".join(text)


def _beginning(element: Element) -> str:
    return " ".join(element.text.split())[:SHOWN]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
