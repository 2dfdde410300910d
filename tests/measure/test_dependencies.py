"""Functional dependencies on data: what is planted is found, nothing else is, and the parts joined again are the table."""

from __future__ import annotations

from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbarch_widgets import Schema, dependencies, read_schema
from dbarch_widgets.errors import InputError, SourceError, UnknownName
from dbarch_widgets.measure.dependencies.proof import is_lossless
from dbarch_widgets.measure.dependencies.source import load
from dbarch_widgets.measure.dependencies.theory import (
    bcnf,
    closure,
    keys_of,
    lost,
    minimal_cover,
    normal_form,
    synthesis,
)
from dbarch_widgets.model.dependency import Decomposition, Dependencies, Part
from dbarch_widgets.model.display import show

NAMES = ("a", "b", "c", "d", "e")
Rules = list[tuple[frozenset[str], str]]
Rows = dict[str, list[object]]

few = settings(max_examples=15, deadline=None)


def rule(text: str) -> tuple[frozenset[str], str]:
    left, _, right = text.partition(">")
    return frozenset(left), right


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    """Small tables in which some columns are computed from others, with NULLs, and rows that repeat."""
    count = draw(st.integers(4, 24))
    value = st.sampled_from(["x", "y", "z", None])
    a, b = (draw(st.lists(value, min_size=count, max_size=count)) for _ in "ab")
    free = draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    of_a = dict(zip(["x", "y", "z", None], draw(st.lists(st.integers(0, 2), min_size=4, max_size=4)), strict=True))
    of_both = draw(st.dictionaries(st.tuples(value, value), st.integers(0, 3)))
    return {
        "a": [*a],
        "b": [*b],
        "c": [of_a[each] for each in a],
        "d": [of_both.get(pair, 9) for pair in zip(a, b, strict=True)],
        "e": [*free],
    }


def holds(rows: Rows, left: tuple[str, ...], right: str) -> bool:
    """By hand: whether rows that agree in the left side agree in the right one."""
    seen: dict[tuple[object, ...], object] = {}
    keys = zip(*(rows[name] for name in left), strict=True)
    return all(seen.setdefault(key, value) == value for key, value in zip(keys, rows[right], strict=True))


def rules_of(found: Dependencies) -> Rules:
    rules = [(frozenset(each.left), each.right) for each in found.exact]
    rules += [(frozenset(key), name) for key in found.keys for name in found.columns if name not in key]
    return rules + [(frozenset(), name) for name in found.constant]


@few
@given(tables())
def test_what_holds_is_found_and_nothing_else(rows: Rows) -> None:
    rules = rules_of(dependencies("t", rows, least_support=0))
    for size in (1, 2):
        for left in combinations(NAMES, size):
            for right in (name for name in NAMES if name not in left):
                assert (right in closure(left, rules)) == holds(rows, left, right), (left, right)


@few
@given(tables())
def test_parts_joined_again_are_the_table(rows: Rows) -> None:
    found = dependencies("t", rows, least_support=0)
    table = set(zip(*rows.values(), strict=True))
    for each in found.decompositions:
        assert each.lossless
        names = [name for name in NAMES if any(name in part.columns for part in each.parts)]
        places = [NAMES.index(name) for name in names]
        assert rejoined(table, each, names) == {tuple(row[at] for at in places) for row in table}
        for part in each.parts:
            inside = {tuple(row[NAMES.index(name)] for name in part.columns) for row in table}
            keys = {tuple(row[NAMES.index(name)] for name in part.key) for row in table}
            assert len(inside) == len(keys) == part.rows


def rejoined(table: set[tuple[object, ...]], each: Decomposition, names: list[str]) -> set[tuple[object, ...]]:
    joined: list[dict[str, object]] = [{}]
    for part in each.parts:
        rows = {tuple(row[NAMES.index(name)] for name in part.columns) for row in table}
        dicts = [dict(zip(part.columns, row, strict=True)) for row in rows]
        joined = [
            one | other
            for one, other in product(joined, dicts)
            if all(one[name] == other[name] for name in one.keys() & other.keys())
        ]
    return {tuple(one[name] for name in names) for one in joined}


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.frozensets(st.sampled_from(NAMES), min_size=1, max_size=3), st.sampled_from(NAMES)), max_size=7
    )
)
def test_theory_keeps_what_follows(rules: Rules) -> None:
    cover = minimal_cover(rules)
    for size in range(1, len(NAMES) + 1):
        for left in combinations(NAMES, size):
            assert closure(left, cover) == closure(left, rules)
    assert all(
        right not in closure(left, [other for other in cover if other != (left, right)]) for left, right in cover
    )
    keys = keys_of(NAMES, cover)
    assert keys
    assert all(closure(key, rules) == set(NAMES) for key in keys)
    assert all(closure(key - {name}, rules) != set(NAMES) for key in keys for name in key)
    third = [names for names, _ in synthesis(NAMES, cover, keys)]
    assert set().union(*third) == set(NAMES)
    assert lost(cover, third) == ()
    assert any(key <= names for key in keys for names in third)
    for names, key in bcnf(NAMES, cover):
        assert key <= names <= closure(key, cover)
        assert all(
            closure(left, cover) & names in (frozenset(left), names)
            for size in range(1, len(names) + 1)
            for left in map(frozenset, combinations(sorted(names), size))
        )


@pytest.mark.parametrize(
    ("rules", "form"),
    [
        ("a>b a>c", "BCNF"),
        ("ab>c c>b", "3NF"),
        ("a>b b>c", "2NF"),
        ("ab>c a>d", "1NF"),
    ],
)
def test_normal_form(rules: str, form: str) -> None:
    made = [rule(each) for each in rules.split()]
    columns = sorted({name for left, right in made for name in (*left, right)})
    assert normal_form(columns, made, keys_of(columns, made)) == form


def test_bcnf_that_loses_a_dependency_says_so() -> None:
    """Street and city give the postcode, the postcode the city: the example of every textbook."""
    rules = [rule("sc>p"), rule("p>c")]
    parts = [names for names, _ in bcnf(("s", "c", "p"), rules)]
    assert lost(rules, parts) == (rule("sc>p"),)
    assert lost(rules, [names for names, _ in synthesis(("s", "c", "p"), rules, keys_of(("s", "c", "p"), rules))]) == ()


ORDERS: Rows = {
    "id": list(range(200)),
    "zip": [f"1{n % 7}" for n in range(200)],
    "city": ["Ulm" if n % 7 < 3 else "Bonn" for n in range(200)],
    "product": [n % 9 for n in range(200)],
    "label": ["typo" if n == 45 else f"p{n % 9}" for n in range(200)],
    "country": ["DE"] * 200,
}


def test_a_table_with_copied_facts() -> None:
    found = dependencies("orders", ORDERS)
    assert found.keys == (("id",),)
    assert found.constant == ("country",)
    assert "zip → city" in map(str, found.exact)
    (near,) = (each for each in found.near if each.right == "label")
    assert (near.left, near.support, near.confidence) == (("product",), 200, 199 / 200)
    assert found.normal_form == "2NF"
    third = found.decompositions[0]
    assert (third.form, third.lossless, third.preserving) == ("3NF", True, True)
    assert Part(("zip", "city"), ("zip",), 7) in third.parts
    assert third.cells[1] < third.cells[0]


def test_columns_by_themselves_say_the_same() -> None:
    """Without the key whole rows repeat; what zip determines is told all the same."""
    found = dependencies("orders", ORDERS, columns=["zip", "city"])
    assert found.distinct_rows == 7
    assert [(str(each), each.support) for each in found.exact] == [("zip → city", 200)]


def test_a_decomposition_that_loses_is_not_called_lossless() -> None:
    coded = load({"a": [1, 2], "b": [1, 1], "c": [1, 2]}, "t", None, None)
    assert not is_lossless(coded, [Part(("a", "b"), ("a",), 2), Part(("b", "c"), ("c",), 2)])
    assert is_lossless(coded, [Part(("a", "b"), ("a",), 2), Part(("a", "c"), ("a",), 2)])


def test_few_repeats_prove_little() -> None:
    rows: Rows = {"a": [*range(98), 0, 1], "b": [*range(98), 0, 1], "c": [n // 50 for n in range(100)]}
    found = dependencies("t", rows)
    assert found.exact == ()
    assert any("by chance" in note for note in found.notes)
    assert "a → b" in map(str, dependencies("t", rows, least_support=0).exact)


@pytest.mark.parametrize("ending", ["csv", "parquet", "duckdb"])
def test_rows_from_files(ending: str, tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / f"it's.{ending}"
    literal = "'" + str(path).replace("'", "''") + "'"
    sql = "SELECT i AS id, i % 3 AS zip, CASE i % 3 WHEN 0 THEN NULL ELSE 'c' END AS city FROM range(60) r (i)"
    with duckdb.connect(str(path) if ending == "duckdb" else ":memory:") as connection:
        if ending == "duckdb":
            connection.execute(f"CREATE TABLE orders AS {sql}")
        else:
            connection.execute(f"COPY ({sql}) TO {literal}" + (" (HEADER)" if ending == "csv" else ""))
    found = dependencies("orders", path)
    assert found.rows == 60
    assert found.keys == (("id",),)
    assert [str(each) for each in found.exact] == ["zip → city"]


def test_bounds_are_said(tmp_path: Path) -> None:
    rows: Rows = {f"c{n}": [n, n + 1, n + 1] for n in range(6)}
    found = dependencies("t", rows, max_columns=4, max_lhs=1)
    assert any("c4, c5" in note for note in found.notes)
    assert any("more than one column" in note for note in found.notes)
    with pytest.raises(InputError, match="max_lhs"):
        dependencies("t", rows, max_lhs=9)
    with pytest.raises(SourceError, match="no such file"):
        dependencies("t", tmp_path / "none.csv")
    with pytest.raises(InputError, match="no rows"):
        dependencies("t", {"a": [], "b": []})
    with pytest.raises(InputError, match="different numbers"):
        dependencies("t", {"a": [1], "b": []})
    with pytest.raises(UnknownName, match="c9"):
        dependencies("t", rows, columns=["c9"])
    text = tmp_path / "notes.md"
    text.write_text("a")
    with pytest.raises(InputError, match="rows come as"):
        dependencies("t", text)


def test_columns_are_those_of_the_table() -> None:
    schema: Schema = read_schema("CREATE TABLE orders (id int, zip text, city text);")
    assert dependencies(schema.table("orders"), {"id": [1, 2], "zip": ["a", "a"]}).table == "orders"
    with pytest.raises(UnknownName, match="twon"):
        dependencies(schema.table("orders"), {"id": [1], "twon": ["a"]})


def test_it_shows_itself_and_escapes_names() -> None:
    evil = '<img src=x onerror="1">'
    shown = show(dependencies(evil, {evil: [1, 1, 2, 2], 'b"': [3, 3, 4, 5], "c": [1, 2, 1, 2]}, least_support=0))
    assert "<img" not in shown["text/html"]
    assert "&lt;img" in shown["text/html"]
    assert "Exact dependencies" in shown["text/plain"]
    assert "checked in DuckDB" in show(dependencies("orders", ORDERS))["text/html"]
