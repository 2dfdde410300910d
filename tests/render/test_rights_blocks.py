"""Who may do what, in the listings of a schema and of a table, in every form of the report."""

from __future__ import annotations

import re

import pytest

from dbarch_widgets.model.display import show
from dbarch_widgets.model.objects import Grant, Role
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Column, Schema, Table
from dbarch_widgets.render.blocks import Grid
from dbarch_widgets.render.markdown import report_markdown
from dbarch_widgets.render.report_html import report_html
from dbarch_widgets.render.report_parts import other_objects
from dbarch_widgets.reviewing.sources import read_schema

SQL = """
CREATE ROLE app LOGIN; CREATE ROLE keeper BYPASSRLS; CREATE ROLE reader IN ROLE app;
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id bigint PRIMARY KEY, total numeric(12,2), note text);
CREATE TABLE shop.lines (id bigint PRIMARY KEY);
CREATE TABLE shop.alone (id bigint PRIMARY KEY);
ALTER TABLE shop.orders OWNER TO keeper;
CREATE VIEW shop.v AS SELECT id FROM shop.orders;
CREATE FUNCTION shop.pay(numeric) RETURNS int LANGUAGE sql AS 'select 1';
CREATE FUNCTION shop.peek() RETURNS int LANGUAGE sql AS 'select 1';
CREATE FUNCTION shop.kept() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'select 1'; ALTER FUNCTION shop.kept() OWNER TO keeper;
CREATE VIEW shop.w AS SELECT id FROM shop.orders; ALTER VIEW shop.w OWNER TO keeper; ALTER SCHEMA shop OWNER TO keeper;
CREATE SEQUENCE shop.numbers;
CREATE TYPE shop.state AS ENUM ('new');
GRANT SELECT, INSERT ON shop.orders TO app;
GRANT SELECT, UPDATE (total, note) ON shop.orders TO reader;
GRANT ALL ON shop.lines TO app WITH GRANT OPTION;
GRANT SELECT ON shop.orders, shop.v TO PUBLIC;
REVOKE EXECUTE ON FUNCTION shop.pay(numeric) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop.pay(numeric) TO elsewhere;
GRANT USAGE ON SCHEMA shop TO app;
GRANT USAGE ON SEQUENCE shop.numbers TO app;
REVOKE USAGE ON TYPE shop.state FROM PUBLIC;
REVOKE CONNECT ON DATABASE shop FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE keeper REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
"""


@pytest.fixture(scope="module")
def schema() -> Schema:
    return read_schema(SQL)


def rows(text: str, caption: str) -> list[list[str]]:
    """The cells of a Markdown table below its caption."""
    lines = text[text.index(caption) :].splitlines()[1:]
    found = [line for line in lines if line.startswith("|")]
    end = next((at for at, line in enumerate(lines) if line.startswith("|")), 0)
    stop = next((at for at, line in enumerate(lines[end:]) if not line.startswith("|")), len(lines))
    cells = [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in found[:stop]]
    return [row for row in cells if not set("".join(row)) <= set("-: ")]


def test_each_object_has_its_row_and_each_role_its_column(schema: Schema) -> None:
    head, *body = rows(report_markdown(Review("Shop", schema)), "Who may do what")
    assert head == ["On", "Owner", "PUBLIC (everyone)", "app", "reader", "elsewhere"]
    told = {row[0]: row[1:] for row in body}
    assert told["table shop.orders"] == ["keeper", "select", "select, insert", "select; update (total, note)", ""]
    assert told["table shop.lines"] == ["", "", "all, may pass it on", "", ""]
    assert told["view shop.v"][1] == "select"
    assert told["function shop.pay(numeric)"] == ["", "taken back: execute", "", "", "execute"]
    assert told["function shop.peek()"][1] == "execute (by itself)"
    assert told["function shop.kept()"][:2] == ["keeper", "execute (by itself)"]
    assert told["view shop.w"] == ["keeper", "", "", "", ""]
    assert told["schema shop"][::2] == ["keeper", "usage", ""]
    assert told["sequence shop.numbers"][2] == "usage"
    assert told["type shop.state"][1] == "taken back: usage"
    assert told["this database"][1] == "taken back: connect; temporary (by itself)"
    assert "table shop.alone" not in told


def test_whose_rights_a_view_and_a_function_have(schema: Schema) -> None:
    grids = {block.caption: block.rows for block in other_objects(schema) if isinstance(block, Grid)}
    assert [row[2] for row in grids["Views"]] == ["of the owner", "of the owner, keeper"]
    assert [row[2] for row in grids["Functions"]] == ["of the caller", "of the caller", "of the owner, keeper"]


def test_roles_and_defaults_are_told_in_every_form(schema: Schema) -> None:
    review = Review("Shop", schema)
    page = re.sub(r"<[^>]+>", " ", report_html(review))
    for text in (report_markdown(review).replace("\\", ""), page, show(schema)["text/plain"]):
        said = " ".join(text.split())
        assert "bypasses row security" in said
        assert "execute on functions made by keeper in every schema no longer to PUBLIC" in said
        assert "PUBLIC" in said


def test_a_table_says_who_may_do_what_with_it(schema: Schema) -> None:
    said = " ".join(show(schema.table("shop.orders"))["text/plain"].split())
    assert "keeper everything: it owns the table" in said
    assert "PUBLIC (everyone) select" in said
    assert "reader update total, note" in said


def test_many_roles_are_listed_by_what_they_may() -> None:
    makes = "".join(f"CREATE ROLE r{at}; GRANT SELECT ON t TO r{at};" for at in range(9))
    text = report_markdown(
        Review("Many", read_schema(f"CREATE TABLE t (id int PRIMARY KEY); {makes} GRANT INSERT ON t TO r4;"))
    )
    head, *body = rows(text, "Who may do what")
    assert head == ["On", "May", "Roles"]
    assert [row[1:] for row in body] == [["select", "r0, r1, r2, r3, r5, r6, r7, r8"], ["select, insert", "r4"]]


def test_alike_objects_share_a_row_and_nothing_is_said_without_rights() -> None:
    tables = "".join(f"CREATE TABLE t{at} (id int PRIMARY KEY); GRANT SELECT ON t{at} TO app;" for at in range(50))
    _, (on, may) = rows(report_markdown(Review("Alike", read_schema(tables))), "Who may do what")
    assert on.startswith("50 tables: t0, t1,")
    assert "and 10 more" in on
    assert may == "select"
    assert "Who may do what" not in report_markdown(Review("Bare", read_schema("CREATE TABLE t (id int PRIMARY KEY)")))


def test_names_of_roles_and_objects_are_text() -> None:
    evil = "<img src=x onerror=alert(1)>|`x`"
    table = Table("public", evil, (Column("id", "integer"),), owner=evil, grants=(Grant(evil, ("select",), (evil,)),))
    for roles in (1, 9):
        more = tuple(Grant(f"{evil}{at}", ("select",)) for at in range(roles))
        schema = Schema(tables=(table,), roles=(Role(evil, login=True, member_of=(evil,)),), database_grants=more)
        review = Review("Evil", schema)
        assert "<img" not in report_html(review)
        assert "<img" not in show(schema)["text/html"]
        outside_code = re.sub(r"(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)", "", report_markdown(review))
        assert not re.search(r"(?<!\\)<img", outside_code)
