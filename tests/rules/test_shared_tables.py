"""Tables of which the intake says that all tenants have the same rows are asked for no tenant."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets.intake.load import load_intake
from dbarch_widgets.reviewing.run import review
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.tenant_map import tenants_in

CLINIC = """
CREATE TABLE species (code text PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE breeds (code text PRIMARY KEY, species text NOT NULL REFERENCES species (code), label text NOT NULL UNIQUE);
CREATE TABLE animals (id bigint PRIMARY KEY, chip text NOT NULL UNIQUE);
"""


@pytest.mark.parametrize(
    ("said", "expected"), [("", {"animals", "breeds", "species"}), (", shared: [species, public.breeds]", {"animals"})]
)
def test_unique_keys_of_shared_tables_are_no_finding(said: str, expected: set[str], tmp_path: Path) -> None:
    (tmp_path / "intake.yaml").write_text(f"tenancy: {{tenants: 40, model: shared_table{said}}}\n")
    made = review(CLINIC, intake=tmp_path / "intake.yaml")
    assert {each.table for each in made.findings if each.rule == "global-unique-in-tenant-table"} == expected


def test_shared_tables_are_not_named_as_those_that_need_the_tenant_first() -> None:
    harbour = """
    CREATE TABLE flags (code char(2) PRIMARY KEY);
    CREATE TABLE hulls (code text PRIMARY KEY);
    CREATE TABLE owners (id bigint PRIMARY KEY, flag char(2) REFERENCES flags (code));
    CREATE TABLE boats (id bigint PRIMARY KEY, owner_id bigint REFERENCES owners (id), hull text REFERENCES hulls (code));
    """
    made = review(harbour, intake=load_intake("tenancy: {tenants: 800, model: shared_table, shared: [flags, hulls]}"))
    [found] = [each for each in made.findings if each.rule == "missing-tenant-key"]
    assert "says whose a row is; owners would need it first (" in found.message


SCHOOLS = """
CREATE TABLE schools (id bigint PRIMARY KEY);
CREATE TABLE countries (code char(2) PRIMARY KEY);
CREATE TABLE teachers (id bigint PRIMARY KEY, school_id bigint NOT NULL REFERENCES schools (id));
CREATE TABLE courses (id bigint PRIMARY KEY, school_id bigint NOT NULL REFERENCES schools (id));
CREATE TABLE grades (id bigint PRIMARY KEY, school_id bigint NOT NULL REFERENCES schools (id), course_id bigint REFERENCES courses (id));
CREATE TABLE appeals (id bigint PRIMARY KEY, grade_id bigint NOT NULL REFERENCES grades (id));
"""


@pytest.mark.parametrize(
    ("root", "model", "rows", "expected"),
    [
        ("schools", "shared_table", 30, "school_id"),
        ("schools", "shared_table", 90_000, None),  # so many are no tenants
        ("schools", "none", 30, None),  # the tenants are still to come
        ("users", "shared_table", 30, None),  # persons
    ],
)
def test_the_tenant_is_what_most_tables_lead_to(
    root: str, model: str, rows: int, expected: str | None, tmp_path: Path
) -> None:
    (tmp_path / "intake.yaml").write_text(
        f"tenancy: {{tenants: 40, model: {model}}}\nscale: {{tables: {{{root}: {{rows: {rows}}}}}}}\n"
    )
    found = tenants_in(read_schema(SCHOOLS.replace("schools", root), "postgres"), load_intake(tmp_path / "intake.yaml"))
    assert (found.column if found else None) == expected


def test_the_table_of_the_tenants_is_known_by_its_rows_as_the_finding_says() -> None:
    exchange = """
    CREATE TABLE members (id integer PRIMARY KEY);
    CREATE TABLE traders (id integer PRIMARY KEY, member_id integer NOT NULL REFERENCES members (id));
    CREATE TABLE limits (member_id integer PRIMARY KEY REFERENCES members (id));
    """
    answers = "tenancy: {tenants: 380, model: shared_table}\n"
    [found] = [
        each for each in review(exchange, intake=load_intake(answers)).findings if each.rule == "missing-tenant-key"
    ]
    assert "State its rows as 380 in scale.tables" in found.message
    said = review(exchange, intake=load_intake(answers + "scale: {tables: {members: {rows: 380}}}\n"))
    assert "missing-tenant-key" not in {each.rule for each in said.findings}


FENCED = """
CREATE TABLE sponsors (id bigint PRIMARY KEY);
CREATE TABLE houses (id bigint PRIMARY KEY, sponsor_id bigint NOT NULL REFERENCES sponsors (id));
CREATE TABLE children (id bigint PRIMARY KEY, sponsor_id bigint NOT NULL REFERENCES sponsors (id));
CREATE TABLE parents (id bigint PRIMARY KEY, child_id bigint NOT NULL REFERENCES children (id));
"""
POLICY = """
ALTER TABLE children ENABLE ROW LEVEL SECURITY;
CREATE POLICY fence ON children USING (sponsor_id = current_setting('app.sponsor')::bigint);
"""


@pytest.mark.parametrize(("sql", "expected"), [(FENCED, None), (FENCED + POLICY, "sponsor_id")])
def test_two_tables_are_enough_where_a_policy_compares_the_column(sql: str, expected: str | None) -> None:
    found = tenants_in(read_schema(sql, "postgres"), load_intake("tenancy: {tenants: 40, model: shared_table}"))
    assert (found.column if found else None) == expected
