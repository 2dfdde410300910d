"""The catalogue: every rule is whole, listed, and documented by a page that is up to date."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest
from rule_fixtures import FIXTURES

import dbarch_widgets.rules as package
from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.finding import SEVERITIES, Area
from dbarch_widgets.rules.base import SECTIONS, Rule
from dbarch_widgets.rules.pages import OTHERS, pages
from dbarch_widgets.rules.registry import RULES, rule_named

PROMISED = (
    "foreign-key-without-index",
    "table-without-primary-key",
    "duplicate-index",
    "redundant-index",
    "rls-enabled-without-policy",
    "policy-without-rls",
    "policy-always-true",
    "float-money",
    "timestamp-without-time-zone",
)
DOCS = Path(__file__).parents[2] / "docs" / "rules"


def rule_modules() -> list[str]:
    """The modules of the area packages, where each module is one rule."""
    areas = [module.name for module in pkgutil.iter_modules(package.__path__) if module.ispkg]
    folders = [(area, import_module(f"dbarch_widgets.rules.{area}").__path__) for area in areas]
    return [f"{area}.{module.name}" for area, path in folders for module in pkgutil.iter_modules(path)]


def module_of(rule: Rule) -> str:
    return rule.check.__module__.removeprefix("dbarch_widgets.rules.")


def test_every_module_is_in_the_registry_once() -> None:
    assert sorted(module_of(rule) for rule in RULES) == sorted(rule_modules())


def test_promised_names_are_there() -> None:
    assert set(PROMISED) <= {rule.name for rule in RULES}


def test_there_are_enough_rules_in_enough_areas() -> None:
    assert len(RULES) >= 26
    assert len({rule.area for rule in RULES}) >= 8


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_is_whole(rule: Rule) -> None:
    area, _, name = module_of(rule).partition(".")
    assert rule.name == name.replace("_", "-")
    assert rule.area == {"workload": "queries"}.get(area, area)
    assert rule.area in get_args(Area)
    assert rule.severity in SEVERITIES
    assert tuple(rule.sections) == SECTIONS
    assert all(len(text.split()) > 2 for text in rule.sections.values())
    assert rule.references
    assert rule.summary
    assert not rule.summary.endswith(".")
    assert "\n" not in rule.title
    for side in ("bad.sql", "good.sql"):
        assert (FIXTURES / rule.name / side).exists()


@pytest.mark.parametrize("rule", [rule for rule in RULES if "workload" in rule.needs], ids=lambda rule: rule.name)
def test_rule_on_queries_has_workloads(rule: Rule) -> None:
    assert (FIXTURES / rule.name / "bad.workload.sql").exists()
    assert (FIXTURES / rule.name / "good.workload.sql").exists()


def test_committed_pages_are_up_to_date() -> None:
    """`python -m dbarch_widgets.rules.pages docs/rules` mends it."""
    made = dict(pages())
    committed = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md") if path.name not in OTHERS}
    assert sorted(committed) == sorted(made)
    assert [name for name, text in made.items() if committed[name] != text] == []


def test_rule_by_name() -> None:
    assert rule_named("float-money").area == "types"
    with pytest.raises(UnknownName, match="float-money"):
        rule_named("float-mony")
