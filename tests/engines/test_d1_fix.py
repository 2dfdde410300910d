"""The fix that a project of D1 gets is one that D1 takes."""

from __future__ import annotations

from pathlib import Path

from engine_doors import d1_with

from dbarch_widgets.reviewing.run import review

PROJECT = Path(__file__).parent.parent / "importers" / "fixtures" / "d1_project"


def test_d1_takes_the_fix_and_keeps_the_rows() -> None:
    made = review(PROJECT, only=["table-not-strict"])
    fix = made.findings[0].fix
    assert fix
    with d1_with("CREATE TABLE beside (id INTEGER PRIMARY KEY);") as engine:
        assert engine.create(made.schema) == ()
        engine.execute("INSERT INTO readers VALUES (1, 'Ada')")
        engine.execute("INSERT INTO readings VALUES (1, 1, 'Emma', 474)")
        engine.batch([(statement, None) for statement in fix.sql.split(";\n") if statement.strip("; \n")])
        assert engine.execute("SELECT title, pages FROM readings").rows == (("Emma", 474),)
        assert engine.execute("SELECT strict FROM pragma_table_list WHERE name = 'readings'").rows == ((1,),)
