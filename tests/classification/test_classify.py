"""What columns are taken for: by name and comment, by values in hand, and by those of a DuckDB file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dbarch_widgets import read_schema, review
from dbarch_widgets.classification.check_digits import is_card, is_iban, luhn
from dbarch_widgets.classification.classify import classify
from dbarch_widgets.errors import SourceError
from dbarch_widgets.model.classification import ColumnClass
from dbarch_widgets.model.schema import QName

SCHEMA = """
CREATE DOMAIN mail AS text;
CREATE TABLE customers (
    id bigint PRIMARY KEY,
    email mail,
    full_name text,
    started date,
    reference text,
    plan text
);
CREATE TABLE patients (id bigint PRIMARY KEY, diagnosis text, pregnant boolean, tag text);
CREATE TABLE engines (id bigint PRIMARY KEY, diagnosis text, health text, note text, name text);
CREATE TABLE logins (id bigint PRIMARY KEY, ip inet, api_key text, key_hash text);
CREATE TABLE repos (id bigint PRIMARY KEY, full_name text, pan_tilt text);
CREATE TABLE orders (id bigint PRIMARY KEY, buyer_name text, tax_id text);
CREATE TABLE gift_cards (id bigint PRIMARY KEY, card_number text);
CREATE TABLE payments (id bigint PRIMARY KEY, card_number text, cvv text, iban text);
COMMENT ON COLUMN patients.tag IS 'Passport number of the traveller';
COMMENT ON COLUMN engines.note IS 'Holds no personal data.';
"""


def of(table: str, column: str, **rows: list[object]) -> ColumnClass | None:
    given = {table: dict(rows)} if rows else None
    return classify(read_schema(SCHEMA), given).find(QName("public", table), column)


@pytest.mark.parametrize(
    ("table", "column", "category", "data_class", "confidence"),
    [
        ("customers", "email", "e-mail address", "contact", "likely"),
        ("customers", "full_name", "name of a person", "identifier", "likely"),
        ("patients", "diagnosis", "health", "special", "likely"),
        ("patients", "pregnant", "health", "special", "likely"),
        ("patients", "tag", "identity document number", "identifier", "likely"),
        ("engines", "diagnosis", "health", "special", "hint"),
        ("logins", "ip", "IP address", "telemetry", "likely"),
        ("logins", "api_key", "secret", "credential", "likely"),
        ("payments", "card_number", "payment card number", "financial", "likely"),
        ("repos", "full_name", "name of a person", "identifier", "hint"),
        ("orders", "buyer_name", "name of a person", "identifier", "likely"),
        ("orders", "tax_id", "tax number", "identifier", "hint"),
        ("payments", "cvv", "card verification code", "credential", "likely"),
    ],
)
def test_names_types_and_comments_speak(
    table: str, column: str, category: str, data_class: str, confidence: str
) -> None:
    found = of(table, column)
    assert found is not None
    assert (found.category, found.data_class, found.confidence) == (category, data_class, confidence)
    assert found.matched is None


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("engines", "health"),
        ("engines", "note"),
        ("engines", "name"),
        ("logins", "key_hash"),
        ("customers", "plan"),
        ("repos", "pan_tilt"),
        ("gift_cards", "card_number"),
    ],
)
def test_other_columns_have_no_class(table: str, column: str) -> None:
    assert of(table, column) is None


CARDS = [
    "4111111111111111",
    "5555555555554444",
    "378282246310005",
    "6011111111111117",
    "4012 8888 8888 1881",
    "5105105105105100",
]
IBANS = [
    "DE89370400440532013000",
    "GB82 WEST 1234 5698 7654 32",
    "NL91ABNA0417164300",
    "FR1420041010050500013M02606",
    "CH9300762011623852957",
]
PEOPLE = [f"person{number}@mail{number % 7}.example.org" for number in range(60)]


def bsn() -> list[str]:
    """Sixty numbers of nine digits that pass the Dutch test."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2)
    found = []
    for number in range(11_122_233, 11_122_433):
        rest = sum(int(digit) * weight for digit, weight in zip(str(number), weights, strict=True)) % 11
        if rest < 10:
            found.append(f"{number}{rest}")
    return found[:60]


@pytest.mark.parametrize(
    ("values", "category"),
    [
        (CARDS, "payment card number"),
        (IBANS, "IBAN"),
        (PEOPLE, "e-mail address"),
        ([f"+49 30 {number}" for number in range(1_000_000, 1_000_020)], "phone number"),
        ([f"10.0.{number}.1" for number in range(40)], "IP address"),
        ([f"2001:db8::{number:x}" for number in range(40)], "IP address"),
        (bsn(), "national identification number"),
        ([f"ghp_{'a1B2' * 8}{number:04}" for number in range(9)], "secret"),
        ([f"Please call {person} about the order" for person in PEOPLE], "personal data within text"),
    ],
)
def test_values_speak_where_the_name_does_not(values: list[object], category: str) -> None:
    found = of("customers", "reference", reference=values)
    assert found is not None
    assert found.category == category
    assert found.matched == 1
    assert found.looked == len(values)
    assert not any(str(value) in found.why for value in values)


@pytest.mark.parametrize(
    "values",
    [
        [f"2024-01-{day:02}" for day in range(1, 29)],
        [f"ORD-{number:06}" for number in range(200)],
        [number * 7 for number in range(123_456_789, 123_456_989)],
        [4_111_111_111_111_110 + number for number in range(200)],
        [f"{number}.{number}" for number in range(200)],
        [f"DE{number:020}" for number in range(100)],
        PEOPLE[:3],
        [None] * 30,
    ],
)
def test_numbers_and_dates_are_not_taken_for_persons(values: list[object]) -> None:
    assert of("customers", "reference", reference=values) is None


def test_name_and_values_together_are_certain() -> None:
    found = of("customers", "email", email=[*PEOPLE, "unknown"])
    assert found is not None
    assert found.confidence == "certain"
    assert found.seen == "98% of 61 values"


def test_a_name_that_the_values_contradict_is_a_hint() -> None:
    found = of("customers", "email", email=[f"template {number}" for number in range(40)])
    assert found is not None
    assert (found.confidence, found.matched) == ("hint", 0)


def test_hashed_values_are_no_secret() -> None:
    assert of("logins", "api_key", api_key=[f"{number:064x}" for number in range(20)]) is None


def test_dates_of_generations_in_a_table_of_persons_are_birthdays() -> None:
    from datetime import date

    found = of("customers", "started", started=[date(1930 + number, 1, 1) for number in range(70)])
    assert found is not None
    assert (found.category, found.confidence) == ("date of birth", "hint")
    assert of("customers", "started", started=[date(2015 + number % 8, 1, 1) for number in range(70)]) is None


def test_a_duckdb_file_is_looked_into(tmp_path: Path) -> None:
    file = tmp_path / "rows.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE TABLE customers (id BIGINT, reference VARCHAR)")
        connection.execute("INSERT INTO customers SELECT i, 'a' || i || '@example.org' FROM range(5000) t(i)")
    found = classify(read_schema(SCHEMA), file)
    reference = found.find(QName("public", "customers"), "reference")
    assert reference is not None
    assert (reference.category, reference.looked) == ("e-mail address", 1_000)
    assert found == classify(read_schema(SCHEMA), file)
    assert "patients" in found.notes[0]
    made = review(SCHEMA, only=["personal-data-column"], rows=file)
    (finding,) = [each for each in made.findings if each.table == "customers"]
    assert "reference" in finding.columns
    assert "its name does not say so" in finding.message
    assert [each.reason for each in made.not_run if each.rule == "values"] == list(found.notes)


def test_what_is_no_duckdb_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        classify(read_schema(SCHEMA), tmp_path / "none.duckdb")
    (tmp_path / "text").write_text("no database", encoding="utf-8")
    with pytest.raises(SourceError, match="cannot be read"):
        classify(read_schema(SCHEMA), tmp_path / "text")
    with pytest.raises(SourceError, match="no such file"):
        review(SCHEMA, only=["float-money"], rows=tmp_path / "none.duckdb")
    assert "no_such" in classify(read_schema(SCHEMA), {"no_such": {}}).notes[0]


def test_it_shows_itself_without_values_or_markup() -> None:
    schema = read_schema("""CREATE TABLE users ("<b>mail" text, email text);""")
    shown = classify(schema)._repr_mimebundle_()
    assert "e-mail address" in shown["text/plain"]
    assert "<b>mail" not in shown["text/html"]
    assert "No column shows" in classify(read_schema("CREATE TABLE t (id int);"))._repr_mimebundle_()["text/plain"]


def test_check_digits() -> None:
    assert all(map(is_card, CARDS))
    assert all(map(is_iban, IBANS))
    for text in (*CARDS, *IBANS):
        last = "1" if text[-1] != "1" else "2"
        assert not is_card(text[:-1] + last)
        assert not is_iban(text[:-1] + last)
    assert not luhn("abc")


def test_the_command_line_takes_rows(tmp_path: Path) -> None:
    schema, file = tmp_path / "schema.sql", tmp_path / "rows.duckdb"
    schema.write_text("CREATE TABLE notes (id bigint PRIMARY KEY, body text);", encoding="utf-8")
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "CREATE TABLE notes AS SELECT i AS id, 'mail to p' || i || '@example.org soon' AS body FROM range(50) t(i)"
        )
    command = [sys.executable, "-c", "from dbarch_widgets.cli import main; main()", "review", str(schema)]
    command += ["--rules", "personal-data-in-text", "--rows"]
    found = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert "100% of 50 values of body" in " ".join(found.stdout.split())
