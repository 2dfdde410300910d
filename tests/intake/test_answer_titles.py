"""Each answer has its question in a few words, found by the path that the answer has in the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from dbarch_widgets.intake.load import load_intake
from dbarch_widgets.intake.questions import QUESTIONS
from dbarch_widgets.intake.shape import IntakeShape
from dbarch_widgets.model.answer_titles import question_words
from dbarch_widgets.model.answers import answers_of


def paths(shape: type[BaseModel], above: str = "") -> Iterator[str]:
    """Every path that the checked file can have; entries of mappings and lists are called `odd.name`."""
    for name, field in shape.model_fields.items():
        yield f"{above}{name}"
        yield from _below(field.annotation, f"{above}{name}")


def _below(hint: Any, path: str) -> Iterator[str]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield from paths(hint, f"{path}.")
        return
    if getattr(hint, "__origin__", None) is dict:
        yield f"{path}.odd.name"
        yield from _below(get_args(hint)[1], f"{path}.odd.name")
    elif getattr(hint, "__origin__", None) is list:
        yield from _below(get_args(hint)[0], f"{path}[odd.name]")
    else:
        for part in getattr(hint, "__args__", ()):
            yield from _below(part, path)


ASKED = [
    path for path in paths(IntakeShape) if path not in ("system", "scale", "latency", "tenancy", "recovery", "team")
]


def test_the_walk_reaches_the_leaves() -> None:
    assert {"tenancy.tenants", "scale.tables.odd.name.rows", "regions[odd.name].people", "retention.odd.name"} <= set(
        ASKED
    )


@pytest.mark.parametrize("path", ASKED)
def test_what_the_file_may_hold_has_a_question_in_words(path: str) -> None:
    if path.endswith("]"):
        return
    words = question_words(path)
    assert words != path
    assert words.endswith("?")
    assert "{" not in words
    assert "_" not in words
    assert ("odd.name" in path) == ("odd.name" in words) or path.endswith("].name")


def test_every_question_has_words_of_its_own() -> None:
    words = [question_words(question.path) for question in QUESTIONS]
    assert len(set(words)) == len(words)


def test_names_with_dots_brackets_and_field_names() -> None:
    assert question_words("scale.tables.trade.orders.rows") == "trade.orders: how many rows?"
    assert question_words("scale.tables.rows") == "rows: how many rows?"
    assert question_words("scale.tables.rows.rows") == "rows: how many rows?"
    assert question_words("regions[a].b].people") == "a].b: how many people?"
    assert question_words("consistency.a {name}") == "a {name}: what must never be wrong?"
    assert question_words("no.such.path") == "no.such.path"
    assert question_words("tenancy.tenants_of_old") == "tenancy.tenants_of_old"


def test_every_answer_of_a_file_is_asked_in_words() -> None:
    intake = load_intake(
        "regions: [{name: eu.west, people: most, data_must_stay: true}]\nretention: {orders: 5 years}\n"
        "scale: {tables: {a.b: {rows: 5, growth_per_month: 2}}}\ntenancy: {tenants: 500}\nengines: {edge: d1}\n"
    )
    said = {question_words(path): answer for path, answer in answers_of(intake)}
    assert said["Tenants: how many?"] == "500"
    assert said["a.b: how many more rows a month?"] == "2"
    assert said["eu.west: must their data stay there?"] == "yes"
    assert said["Engine for edge: which?"] == "d1"
