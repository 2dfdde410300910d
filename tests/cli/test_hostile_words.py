"""Names and answers with marks that hide, reorder or escape: nothing of them reaches a terminal or a text to read raw."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dbarch_widgets.render.adr import parse_adr
from dbarch_widgets.reviewing.report import report
from dbarch_widgets.reviewing.run import review

EVIL = "x\u202eevil\u2066\u2069\u200b </script><b>*/ $$ `id` $(id) '\" \\! || [a](javascript:1)\u2028\x1b[31m\x07"
UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u2028\x1b\x07]")
QUOTED = '"' + EVIL.replace('"', '""') + '"'
TEXT = EVIL.replace("'", "''")
SQL = f"""
CREATE TABLE {QUOTED} ({QUOTED} float PRIMARY KEY, price real, note text);
COMMENT ON TABLE {QUOTED} IS '{TEXT}'; COMMENT ON COLUMN {QUOTED}.note IS '{TEXT}';
CREATE TABLE child (id int PRIMARY KEY, r float REFERENCES {QUOTED} ({QUOTED}));
CREATE ROLE {QUOTED}; GRANT ALL ON child TO {QUOTED}; ALTER TABLE child OWNER TO {QUOTED};
CREATE POLICY {QUOTED} ON child USING (true);
"""
SAID = json.dumps(EVIL)
INTAKE = f"""
system: {{name: {SAID}, purpose: {SAID}}}
tenancy: {{tenants: 500, skew: {SAID}}}
consistency: {{{SAID}: {SAID}}}
retention: {{{SAID}: 90 days}}
regions: [{{name: {SAID}, people: 5, data_must_stay: true}}, {{name: b}}]
"""
WORKLOAD = f"-- name: q\n-- rate: 5/s\nSELECT * FROM {QUOTED} WHERE note = 'x' OFFSET 100000;\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hostile")
    (made / "schema.sql").write_text(SQL)
    (made / "intake.yaml").write_text(INTAKE)
    (made / "workload.sql").write_text(WORKLOAD)
    return made


@pytest.mark.parametrize("format_", ["text", "markdown", "html", "sarif"])
def test_no_report_has_them_raw(folder: Path, format_: str) -> None:
    made = review(folder)
    # What the script of the page finds a table by is its name as it is; nobody reads it.
    text = re.sub(r' data-name="[^"]*"', "", report(made, format_))
    assert not UNSEEN.search(text)
    assert "<b>*/" not in text or format_ != "html"


def test_papers_to_read_have_them_written_out(folder: Path, tmp_path: Path) -> None:
    review(folder).deliverables(tmp_path / "out")
    # SQL has names as they are, quoted; what reads them is a database.
    papers = [path for path in (tmp_path / "out").rglob("*") if path.is_file() and path.suffix != ".sql"]
    assert len(papers) > 10
    assert [path.name for path in papers if UNSEEN.search(path.read_text())] == []
    for path in (tmp_path / "out" / "decisions").glob("*.md"):
        assert "](" not in path.read_text()
        assert parse_adr(path.read_text()).status == "proposed"


def test_a_terminal_is_not_told_where_to_move(folder: Path) -> None:
    for words in (
        ["review", f"no{EVIL[:30]}.sql"],
        ["review", "schema.sql", "--rules", EVIL],
        ["write", ".", "--to", "mysql"],
    ):
        done = subprocess.run(
            [sys.executable, "-c", "from dbarch_widgets.cli import main; main()", *words],
            cwd=folder, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.stderr
        assert not UNSEEN.search(done.stderr)


def test_an_empty_list_of_rules_is_not_all_is_well(folder: Path) -> None:
    for listed in ("", " , "):
        done = subprocess.run(
            [sys.executable, "-c", "from dbarch_widgets.cli import main; main()", "review", "schema.sql", "--rules", listed],
            cwd=folder, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "dbarch: --rules names no rule (leave it out to run all of them)\n"
