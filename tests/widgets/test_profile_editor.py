"""A Profile shown and edited: by the messages that a page would send."""

from __future__ import annotations

import pytest
from pressing import SHOP, choose

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model.display import show
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.profile_edits import edit_profile
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.profile import default_profile
from dbarch_widgets.widgets.profile_editor import ProfileEditor


@pytest.fixture
def profile() -> Profile:
    return default_profile(read_schema(SHOP))


def test_the_static_view_has_every_table_and_column(profile: Profile) -> None:
    bundle = show(profile)
    for form in ("text/html", "text/plain"):
        for table in profile.tables:
            assert f"{table.rows:,}" in bundle[form]
            assert all(column.column in bundle[form] for column in table.columns)
    assert "foreign key orders_customer_id_fkey" in bundle["text/plain"]
    assert bundle["text/html"].count("<details") == len(profile.tables)


def test_names_are_escaped() -> None:
    odd = default_profile(read_schema('CREATE TABLE "<b>" ("<i>" int PRIMARY KEY);'))
    assert "<b>" not in show(odd)["text/html"]
    assert "<i>" not in show(odd)["text/html"]


def test_edits_are_plain_values_that_make_the_same_changes(profile: Profile) -> None:
    editor = profile.explore()
    assert isinstance(editor, ProfileEditor)
    assert editor.edits.code == ""
    choose(editor.table, index=[str(t.table) for t in profile.tables].index("orders"))
    choose(editor.rows, value=77)
    generator, nulls = editor.fields["placed"]
    choose(nulls, value=0.25)
    choose(generator, index=list(generator.options).index("constant"))
    assert editor.edits.arguments == {
        "rows": {"orders": 77},
        "nulls": {"orders.placed": 0.25},
        "generators": {"orders.placed": "constant"},
    }
    assert editor.profile == edit_profile(profile, **editor.edits.arguments)  # type: ignore[arg-type]
    scope = {"profile": profile, "edit_profile": edit_profile}
    exec(editor.edits.code, scope)
    assert scope["profile"] == editor.profile
    assert "&#x27;orders&#x27;: 77" in editor.code.value or "'orders': 77" in editor.code.value


def test_a_table_keeps_its_edits_when_another_one_is_looked_at(profile: Profile) -> None:
    editor = ProfileEditor(profile)
    choose(editor.rows, value=5)
    choose(editor.table, index=1)
    choose(editor.table, index=0)
    assert editor.rows.value == 5
    assert len(editor.edits.rows) == 1


def test_keys_and_references_are_not_to_be_chosen(profile: Profile) -> None:
    editor = ProfileEditor(profile)
    choose(editor.table, index=[str(t.table) for t in profile.tables].index("orders"))
    assert editor.fields["customer_id"][0].disabled
    assert not editor.fields["placed"][0].disabled


def test_an_empty_profile_has_an_editor_too() -> None:
    assert ProfileEditor(Profile()).edits.code == ""


@pytest.mark.parametrize(
    ("edits", "error", "words"),
    [
        ({"rows": {"order": 3}}, UnknownName, "did you mean orders"),
        ({"nulls": {"orders.placd": 0.1}}, UnknownName, "did you mean orders.placed"),
        ({"rows": {"orders": -3}}, InputError, "negative"),
        ({"nulls": {"orders.placed": 2}}, InputError, "between 0 and 1"),
    ],
)
def test_wrong_edits_are_refused(
    profile: Profile, edits: dict[str, dict[str, float]], error: type[InputError], words: str
) -> None:
    with pytest.raises(error, match=words):
        edit_profile(profile, **edits)  # type: ignore[arg-type]


def test_without_a_kernel_the_editor_is_the_profile(profile: Profile) -> None:
    editor = ProfileEditor(profile)
    bundle = editor._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/html"] == show(editor.profile)["text/html"]
