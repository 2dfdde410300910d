"""Names are read as people mean them, whatever language and letters they are in."""

from __future__ import annotations

import pytest

from dbarch_widgets.model.words import singular, words


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("unitPrice2", "unit price 2"),
        ("Vorname", "first name"),
        ("Straße", "street"),
        ("rechnungsdatum", "invoice date"),
        ("Kundennummer", "customer number"),
        ("fechaNacimiento", "date birth"),
        ("contraseña", "password"),
        ("prénom", "first name"),
        ("tbl_gebühr", "tbl fee"),
        ("datum", "datum"),  # of surveying, perhaps
        ("geburtsDatum", "birth date"),
        ("zielTyp", "ziel type"),
        ("aenderungsprotokoll", "aenderungs log"),
        ("preise", "preise"),
        ("земля", "земля"),
    ],
)
def test_the_words_of_a_name(name: str, meant: str) -> None:
    assert words(name) == tuple(meant.split())


@pytest.mark.parametrize(("name", "meant"), [("conductores", "driver"), ("clientes", "customer"), ("orders", "order")])
def test_the_singular_of_a_foreign_word_is_known_too(name: str, meant: str) -> None:
    assert words(singular(name)) == (meant,)


def test_english_names_are_left_alone() -> None:
    for name in (
        "note",
        "land_area",
        "state",
        "valor",
        "art",
        "final_score",
        "address",
        "code",
        "total",
        "costume",
        "costs",
    ):
        assert words(name) == tuple(name.split("_"))
