"""Broken, hostile and huge text in the dialects without an engine here: reported, never a traceback, never silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbarch_widgets.importers.registry import reader
from dbarch_widgets.model.schema import Schema

FIXTURES = Path(__file__).parent / "fixtures"
TEXTS = {
    "sqlserver": (FIXTURES / "sqlserver" / "ssms.sql").read_text(),
    "oracle": (FIXTURES / "oracle" / "dump.sql").read_text(),
    "snowflake": (FIXTURES / "snowflake" / "shop.sql").read_text(),
    "bigquery": (FIXTURES / "bigquery" / "shop.sql").read_text(),
}
DIALECTS = ("mysql", *TEXTS)
QUOTES = {"mysql": "``", "sqlserver": "[]", "oracle": '""', "snowflake": '""', "bigquery": "``"}


def read(dialect: str, text: str) -> Schema:
    made = reader(dialect)
    made.read(text, "a.sql")
    return made.schema()


def accounted(schema: Schema, text: str) -> None:
    """Every statement is one of the four, and what is lost says where and why."""
    report = schema.report
    assert report.statements == report.understood + report.partly + report.skipped + report.not_understood
    lost = [problem for problem in report.problems if problem.effect == "not_understood"]
    assert len(lost) == report.not_understood
    lines = text.count("\n") + 1
    assert all(1 <= problem.line <= lines and problem.reason and problem.statement for problem in lost)


@pytest.mark.parametrize("dialect", TEXTS)
@given(data=st.data())
def test_mutated_scripts_are_accounted_for(dialect: str, data: st.DataObject) -> None:
    text = TEXTS[dialect]
    at = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 40))
    junk = data.draw(st.text(alphabet="()[]'\";,`$/*-# \nGOENDCREATE1", max_size=12))
    mutated = text[:at] + junk + text[at + length :]
    accounted(read(dialect, mutated), mutated)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(name=st.text(alphabet="aB9 _<>&|{}\n.é\u05d0🦆'\"`]", min_size=1, max_size=12).filter(str.strip))
def test_any_name_comes_through(dialect: str, name: str) -> None:
    opening, closing = QUOTES[dialect][0], QUOTES[dialect][1]
    if dialect == "bigquery" and ("." in name or "`" in name):
        return
    quoted = opening + name.replace(closing, closing * 2) + closing
    schema = read(dialect, f"CREATE TABLE t ({quoted} int, PRIMARY KEY ({quoted}));")
    assert [column.name for column in schema.tables[0].columns] == [name]
    assert schema.tables[0].primary_key is not None
    assert schema.tables[0].primary_key.columns == (name,)


HOSTILE = {
    "deep parentheses": "CREATE TABLE t (a int DEFAULT " + "(" * 20_000 + "1" + ")" * 20_000 + ");",
    "parentheses never closed": "CREATE TABLE t (a int DEFAULT " + "(" * 50_000,
    "deep query": "CREATE TABLE t AS SELECT " + "(" * 3_000 + "1" + ")" * 3_000 + " AS x;",
    "strings never closed": "CREATE TABLE t (a int default 'x\n" * 2_000,
    "comments never closed": "CREATE TABLE t (a int /* \n" * 2_000,
    "no SQL at all": "foo bar baz\n" * 5_000,
    "only commas": "CREATE TABLE t (" + "," * 20_000 + ");",
    "many begins": "CREATE PROCEDURE p() AS BEGIN " * 1_000,
    "deep types": "CREATE TABLE t (a " + "ARRAY<" * 5_000 + "INT" + ">" * 5_000 + ");",
    "unknown words": "CREATE TABLE t (a int " + "foo " * 10_000 + ");",
    "nul and controls": "CREATE TABLE t (a int\0, b int);\n\x01\x02;\ufeff",
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_ends_in_words(dialect: str, name: str) -> None:
    accounted(read(dialect, HOSTILE[name]), HOSTILE[name])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_bad_statement_costs_only_itself(dialect: str) -> None:
    text = (
        "CREATE TABLE a (x int);\nCREATE TABLE b (x int, 'oops);\nCREATE TABLE c (y int);\n"
        "CREATE TABLE a (z int);\nALTER TABLE nowhere ADD q int;\n"
    )
    schema = read(dialect, text)
    assert {table.name.lower() for table in schema.tables} >= {"a", "c"}
    lost = {problem.line for problem in schema.report.problems if problem.effect in ("not_understood", "partly")}
    assert lost == {2, 4, 5}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_windows_line_ends_change_nothing(dialect: str) -> None:
    text = TEXTS.get(dialect, "CREATE TABLE t (a int COMMENT 'x');\n")
    plain, windows = read(dialect, text), read(dialect, text.replace("\n", "\r\n"))
    assert [table.columns for table in windows.tables if table.name != "customers"] == [
        table.columns for table in plain.tables if table.name != "customers"
    ]
    assert windows.report.statements == plain.report.statements


@pytest.mark.parametrize("dialect", DIALECTS)
def test_cycles_and_self_references(dialect: str) -> None:
    schema = read(
        dialect,
        "CREATE TABLE a (id int PRIMARY KEY, b int, a int);\nCREATE TABLE b (id int PRIMARY KEY, a int);\n"
        "ALTER TABLE a ADD CONSTRAINT ab FOREIGN KEY (b) REFERENCES b (id);\n"
        "ALTER TABLE b ADD CONSTRAINT ba FOREIGN KEY (a) REFERENCES a (id);\n"
        "ALTER TABLE a ADD CONSTRAINT aa FOREIGN KEY (a) REFERENCES a (id);\n",
    )
    assert schema.report.complete
    assert [len(table.foreign_keys) for table in schema.tables] == [2, 1]
