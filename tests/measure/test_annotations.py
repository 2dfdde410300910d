"""The annotation line, word by word."""

from __future__ import annotations

import pytest

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.annotations import (
    parse_parameter,
    parse_parameters,
    parse_rate,
    parse_slo,
    span_seconds,
    split_line,
)
from dbarch_widgets.model.workload import Parameter, ServiceLevel


def test_a_line_splits_at_two_blanks() -> None:
    line = "rate: 400/s  params: a=pick('x  y', ':z'), b=int(1, 2)  slo: p99<20ms   role: app"
    found = split_line(line)
    assert found == {"rate": "400/s", "params": "a=pick('x  y', ':z'), b=int(1, 2)", "slo": "p99<20ms", "role": "app"}


@pytest.mark.parametrize("line", ["What the page wants.", "Note: this is prose", "", "SELECT: nothing"])
def test_prose_is_no_annotation(line: str) -> None:
    assert split_line(line) is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("rate: 4/s  rolle: app", "did you mean role"),
        ("rat: 4/s", "did you mean rate"),
        ("rate: 4/s  rate: 5/s", "twice"),
        ("rate: 4/s  zzz: 5", "known are"),
    ],
)
def test_a_wrong_key_is_refused(line: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        split_line(line)


@pytest.mark.parametrize(
    ("text", "per_second"), [("400/s", 400), ("30/min", 0.5), ("36/h", 0.01), ("1.5 / S", 1.5), ("50_000/s", 50_000)]
)
def test_rates(text: str, per_second: float) -> None:
    assert parse_rate(text) == pytest.approx(per_second)


@pytest.mark.parametrize("text", ["", "fast", "4", "0/s", "-1/s", "nan/s", "4/fortnight"])
def test_bad_rates(text: str) -> None:
    with pytest.raises(InputError, match="rate"):
        parse_rate(text)


def test_service_levels() -> None:
    assert parse_slo("p99<20ms") == ServiceLevel(99.0, 20.0)
    assert parse_slo("p99.9 < 1.5s") == ServiceLevel(99.9, 1500.0)
    for bad in ("p0<1ms", "p101<1ms", "p99", "p99>3ms", "p99<3", "p99<0ms"):
        with pytest.raises(InputError, match="service level"):
            parse_slo(bad)


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("a=uniform(t.c)", Parameter("a", "uniform", ("t.c",))),
        ("a = zipf(s.t.c, 1.2)", Parameter("a", "zipf", ("s.t.c", "1.2"))),
        ("a=pick('x, y', 2, NULL)", Parameter("a", "pick", ("'x, y'", "2", "NULL"))),
        ("a=pick('it''s')", Parameter("a", "pick", ("'it''s'",))),
        ("a=now()", Parameter("a", "now")),
        ("a=uuid()", Parameter("a", "uuid")),
        ("a=recent(t.c, 7 days)", Parameter("a", "recent", ("t.c", "7 days"))),
    ],
)
def test_parameters(text: str, parameter: Parameter) -> None:
    assert parse_parameter(text) == parameter


@pytest.mark.parametrize(
    "text",
    ["a", "a=", "1a=now()", "a=unform(t.c)", "a=uniform()", "a=uniform(c)", "a=int(1)", "a=int(5, 1)", "a=int(x, y)",
     "a=zipf(t.c, steep)", "a=recent(t.c, soon)", "a=now(1)"],
)  # fmt: skip
def test_bad_parameters(text: str) -> None:
    with pytest.raises(InputError, match="parameter"):
        parse_parameter(text)


def test_one_bad_parameter_leaves_the_others() -> None:
    found, refused = parse_parameters("a=int(1, 2), b=unform(t.c), a=now(), c=text(3)")
    assert [parameter.name for parameter in found] == ["a", "c"]
    assert len(refused) == 2
    assert "did you mean uniform" in refused[0]


def test_spans() -> None:
    assert span_seconds("7 days") == 604_800
    assert span_seconds("'2 hours'") == 7_200


def test_texts_of_pick_are_literals() -> None:
    found, refused = parse_parameters("state=pick('a', 'it''s' * 3, 4.5, null), city=pick(Berlin, Paris)")
    assert [parameter.name for parameter in found] == ["state"]
    assert refused == ["the parameter 'city': 'Berlin' is no SQL literal (put texts in single quotes: pick('a', 'b'))"]
