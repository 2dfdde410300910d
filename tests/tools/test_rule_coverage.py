"""docs/rules/coverage.md names every rule of the other tools, only rules of ours that are there, and is up to date."""

from __future__ import annotations

from dbarch_widgets.rules.registry import RULES
from tools.rule_coverage import PAGE, coverage, tools

# How many rules each tool has, counted in its own source or documentation.
COUNTS = {
    "splinter": 29,
    "SchemaCrawler": 22,
    "Azimutt": 27,
    "sqlcheck": 30,
    "tbls": 13,
    "SchemaSpy": 6,
    "schemalint": 11,
    "pglinter": 18,
}


def test_every_rule_of_every_tool_is_there() -> None:
    assert {tool["name"]: len(tool["rules"]) for tool in tools()} == COUNTS


def test_every_name_of_ours_exists() -> None:
    names = {rule.name for rule in RULES}
    for tool in tools():
        for name, rule in tool["rules"].items():
            assert set(rule) <= {"ours", "note"}, name
            assert rule.get("ours") or rule.get("note"), f"{tool['name']}, {name}: neither ours nor a reason"
            assert [ours for ours in rule.get("ours", ()) if ours not in names] == [], f"{tool['name']}, {name}"


def test_the_page_is_up_to_date() -> None:
    """`make docs` mends it."""
    assert PAGE.read_text(encoding="utf-8") == coverage()
