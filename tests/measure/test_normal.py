"""Normal forms of executed statements: what was taken out comes back, and nothing of it is left in what is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbarch_widgets.measure.normal import constant_value, masked, normal
from dbarch_widgets.measure.sensitive import is_moment, is_number, is_personal, is_span, is_truth, is_word
from dbarch_widgets.sql.placeholders import parameters

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
numbers = st.one_of(st.integers(-(10**9), 10**9), st.decimals(-1000, 1000, places=2)).map(str)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@given(texts, st.lists(numbers, min_size=1, max_size=4), st.integers(0, 1000), st.booleans())
def test_constants_come_back_by_their_numbers(text: str, listed: list[str], limit: int, comment: bool) -> None:
    head = "/* it's 5 */ " if comment else ""
    sql = (
        f"{head}SELECT a, 'kept' AS k FROM t WHERE name = {quoted(text)} AND b IN ({', '.join(listed)}) "
        f"AND c > $1 AND d IS NOT NULL LIMIT {limit}"
    )
    found = normal(sql)
    assert found.form.error is None
    values = [constant_value(written) for _, written in found.constants]
    assert sorted(map(str, values)) == sorted(["kept", text, *(each.replace(" ", "") for each in listed), str(limit)])
    names = parameters(found.form.text)
    assert {f"p{number}" for number, _ in found.constants} | {"p1"} == set(names)
    assert found.fingerprint == normal("select a, 'x' as k from t where name = 'y' and b in (7) and c > $1 and d is not null limit 1").fingerprint  # fmt: skip


@given(texts.filter(lambda text: len(text) > 4 and "'" not in text and "?" not in text))
def test_nothing_of_a_constant_is_shown(text: str) -> None:
    for sql in (f"SELEKT x FROM t WHERE a = {quoted(text)}", f"SELECT x FROM t WHERE a = {quoted(text)[:-1]}"):
        assert text not in masked(sql)
        assert text not in (normal(sql).form.error or "")


@pytest.mark.parametrize(
    ("sql", "verb", "tables", "writes"),
    [
        ("SELECT 1 FROM a JOIN s.b USING (x)", "select", (("", "a"), ("s", "b")), False),
        ("WITH n AS (DELETE FROM a RETURNING *) SELECT * FROM n", "select", (("", "a"),), True),
        ("INSERT INTO a SELECT 1", "insert", (("", "a"),), True),
        ("-- a comment\nUPDATE a SET x = 1", "update", (("", "a"),), True),
    ],
)
def test_what_statements_do(sql: str, verb: str, tables: tuple[tuple[str, str], ...], writes: bool) -> None:
    does = normal(sql).form.does
    assert does is not None
    assert (does.verb, does.tables, does.writes) == (verb, tables, writes)


@pytest.mark.parametrize(
    "sql", ["BEGIN", "SET a = 1", "EXPLAIN SELECT 1", "VACUUM", "COPY t TO STDOUT", "", "SAVEPOINT $1"]
)
def test_utility_statements_handle_no_rows(sql: str) -> None:
    assert normal(sql).form.does is None
    assert normal(sql).form.error is None


@pytest.mark.parametrize(
    ("written", "value"),
    [("'it''s'", "it's"), ("E'a\\'b'", "a'b"), ("$$x'y$$", "x'y"), ("$q$x$q$", "x"), ("-  5", "-5"), ("1_000", "1000"),
     ("NULL", None), ("true", "true"), ("+1.5", "1.5")],
)  # fmt: skip
def test_constants_as_parameters_bring_them(written: str, value: str | None) -> None:
    assert constant_value(written) == value


def test_what_may_be_shown() -> None:
    assert all(map(is_word, ["open", "past_due", "USD", "in-transit"]))
    assert not any(map(is_word, ["Alice", "a@b.org", "hunter2", "O'Brien", "x" * 30, "two words", "sk_live_9a8b", ""]))
    assert all(map(is_number, ["0", "-12.50", "1234567"]))
    assert not any(map(is_number, ["4111111111111111", "0791234567", "12345678", "1e5", ""]))
    assert all(map(is_moment, ["2026-01-01", "2026-01-01 10:00:00+00", "2026-01-01T10:00:00.123Z"]))
    assert not is_moment("1987")
    assert all(map(is_span, ["7 days", "1 hour", "90 min"]))
    assert not is_span("7 dwarfs")
    assert all(map(is_truth, ["t", "false"]))
    assert all(map(is_personal, ["email", "last_name", "password_hash", "phone_no", "ip_address", "iban"]))
    assert not any(map(is_personal, ["status", "total", "placed_on", "kind", "currency"]))
