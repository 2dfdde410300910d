"""The command line: its promises about output, exit status and errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SHOP = ROOT / "data" / "slow_webshop"
SMALL = """
CREATE TABLE accounts (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE orders (id bigint PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts (id), amount real);
COMMENT ON TABLE orders IS '<script>alert(1)</script>';
"""


def dbarch(*words: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from dbarch_widgets.cli import main; main()", *map(str, words)],
        capture_output=True,
        text=True,
        input=stdin,
        check=False,
        env={**os.environ, "DBARCH_STRICT": ""},
    )


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.sql"
    path.write_text(SMALL)
    return path


def test_import_json_is_the_promised_shape(small: Path) -> None:
    done = dbarch("import", small, "--json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert told["dialect"] == "postgres"
    (orders,) = [table for table in told["tables"] if table["name"] == "orders"]
    (key,) = orders["foreign_keys"]
    assert key == key | {
        "name": "orders_account_id_fkey",
        "columns": ["account_id"],
        "ref_schema": "public",
        "ref_table": "accounts",
        "ref_columns": ["id"],
        "on_delete": "no action",
        "validated": True,
    }
    assert orders["line"] == 3
    assert told["report"] == told["report"] | {"statements": 3, "understood": 3, "problems": []}
    assert done.stdout == json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def test_import_reads_standard_input() -> None:
    done = dbarch("import", "-", "--json", stdin=SMALL)
    assert [table["name"] for table in json.loads(done.stdout)["tables"]] == ["accounts", "orders"]


def test_strict_import_fails_when_something_was_not_understood(small: Path) -> None:
    small.write_text(SMALL + "CREATE TABEL typo (id integer);")
    assert dbarch("import", small).returncode == 0
    assert dbarch("import", small, "--strict").returncode == 1


def test_review_json_and_fail_on(small: Path) -> None:
    done = dbarch("review", small, "--format", "json")
    told = json.loads(done.stdout)
    rules = {finding["rule"] for finding in told["findings"]}
    assert {"foreign-key-without-index", "float-money"} <= rules
    assert set(told["summary"]) >= {"high", "medium", "low", "info"}
    assert dbarch("review", small, "--format", "json", "--fail-on", "high").returncode == int(
        told["summary"]["high"] > 0
    )
    assert dbarch("review", small, "--fail-on", "info").returncode == 1


def test_review_of_only_some_rules(small: Path) -> None:
    done = dbarch("review", small, "--format", "json", "--rules", "float-money")
    assert {finding["rule"] for finding in json.loads(done.stdout)["findings"]} == {"float-money"}


@pytest.mark.parametrize("suffix", [".html", ".md", ".json", ".sarif", ".txt"])
def test_review_writes_every_format(suffix: str, small: Path, tmp_path: Path) -> None:
    target = tmp_path / f"report{suffix}"
    done = dbarch("review", small, "-o", target)
    assert done.returncode == 0, done.stderr
    text = target.read_text()
    assert "orders" in text
    assert "<script>alert" not in text or suffix in (".json", ".txt")


def test_diagram_writes_svg(small: Path, tmp_path: Path) -> None:
    target = tmp_path / "d.svg"
    done = dbarch("diagram", small, "-o", target, "--detail", "full", "--overlay", "findings")
    assert done.returncode == 0, done.stderr
    assert target.read_text().lstrip().startswith("<?xml") or "<svg" in target.read_text()[:500]


def test_rules_list_and_page() -> None:
    listed = dbarch("rules")
    assert "foreign-key-without-index" in listed.stdout
    page = dbarch("rules", "foreign-key-without-index")
    assert "Why it matters" in page.stdout
    told = json.loads(dbarch("rules", "--json").stdout)
    assert len(told) >= 15
    assert len({rule["area"] for rule in told}) >= 6


def test_the_answers_of_an_intake_reach_the_review(small: Path, tmp_path: Path) -> None:
    intake = tmp_path / "intake.yaml"
    intake.write_text("tenancy: {tenants: 40}\nregimes: [gdpr]\nrecovery: {rpo_seconds: 0}\nregions: [{name: eu}]\n")
    done = dbarch("review", small, "--intake", intake, "--format", "json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    (finding,) = [each for each in told["findings"] if each["rule"] == "missing-tenant-key"]
    assert finding["because"] == [{"path": "tenancy.tenants", "question": "Tenants: how many?", "answer": "40"}]
    assert "single region eu" in told["intake_warnings"][0]
    assert {each["requirement"]["regime"] for each in told["requirements"]} == {"gdpr"}
    assert told["open_questions"][0]["rules"]


def test_contradicting_answers_are_one_line_and_status_2(small: Path, tmp_path: Path) -> None:
    intake = tmp_path / "intake.yaml"
    intake.write_text("tenancy:\n  tenants: 1\n  model: shared_table\n")
    done = dbarch("review", small, "--intake", intake)
    assert done.returncode == 2
    assert "intake.yaml:2: tenancy.tenants is 1, while tenancy.model keeps tenants apart" in done.stderr
    assert done.stderr.count("\n") == 1


def test_new_then_review_and_run(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert dbarch("new", folder).returncode == 0
    again = dbarch("new", folder)
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert dbarch("review", folder).returncode == 0
    done = dbarch("run", folder, "--scale", "0.05", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {query["query"] for query in told["queries"]} == {"open_orders_of_account", "place_order"}


def test_a_profile_is_written_edited_and_followed(small: Path, tmp_path: Path) -> None:
    file, out = tmp_path / "profile.yaml", tmp_path / "rows.duckdb"
    assert dbarch("profile", small, "--rows", "accounts=40", "-o", file).returncode == 0
    text = file.read_text()
    assert dbarch("profile", small, "--rows", "accounts=40").stdout == text
    assert "rows: 40" in text
    file.write_text(text.replace("rows: 20000", "rows: 60"))
    done = dbarch("generate", small, "--profile", file, "--scale", "2", "--out", out)
    assert done.returncode == 0
    assert done.stdout.split() == ["80", "accounts", "120", "orders"]
    file.write_text(text.replace("generator: email", "generator: emial"))
    done = dbarch("generate", small, "--profile", file, "--out", tmp_path / "other.duckdb")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("names no generator: 'emial' (did you mean email?)")


def test_a_review_folders_profile_is_used(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text(SMALL)
    (tmp_path / "profile.yaml").write_text("tables:\n  accounts: {rows: 7}\n  orders: {rows: 9}\n")
    done = dbarch("generate", tmp_path, "--out", tmp_path / "rows.duckdb")
    assert done.stdout.split() == ["7", "accounts", "9", "orders"]


def test_a_review_folders_answers_give_the_proportions(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text(
        "CREATE TABLE accounts (id bigint PRIMARY KEY);"
        "CREATE TABLE orders (id bigint PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts (id));"
    )
    (tmp_path / "intake.yaml").write_text("scale: {tables: {accounts: {rows: 3_000}, orders: {rows: 4_500}}}\n")
    made = dbarch("profile", tmp_path).stdout
    assert [line.strip() for line in made.splitlines() if line.strip().startswith("rows:")] == [
        "rows: 3000",
        "rows: 4500",
    ]


def test_exported_statistics_make_the_profile(small: Path, tmp_path: Path) -> None:
    (tmp_path / "pg_class.csv").write_text(
        "schemaname,tablename,rows\npublic,accounts,4000000\npublic,orders,8000000\n"
    )
    (tmp_path / "pg_stats.csv").write_text(
        "schemaname,tablename,attname,null_frac,n_distinct,most_common_vals,most_common_freqs,histogram_bounds,correlation\n"
        'public,orders,amount,0.25,-0.5,,,"{1.5,2.5,10,99.5}",0.1\n'
    )
    done = dbarch("profile", small, "--statistics", tmp_path, "--scale", "0.01")
    assert done.returncode == 0
    assert "rows: 5000" in done.stdout
    assert "rows: 10000" in done.stdout
    (line,) = [line for line in done.stdout.splitlines() if "amount:" in line]
    assert "generator: observed" in line
    assert "nulls: 0.25" in line
    wrong = dbarch("profile", small, "--statistics", tmp_path / "nowhere")
    assert wrong.returncode == 2
    assert "docs/statistics.md" in wrong.stderr


def test_own_rows_and_proof_on_the_command_line(small: Path, tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("id,email\n70,a@example.com\n71,b@example.com\n")
    own = f"accounts={tmp_path / 'accounts.csv'}"
    done = dbarch(
        "generate", small, "--own", own, "--rows", "orders=30", "--out", tmp_path / "a.sqlite", "--verify", "sqlite"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["2", "accounts", "30", "orders"]
    assert "sqlite: 32 rows, and no constraint violated" in done.stderr
    (tmp_path / "accounts.csv").write_text("id,email\n70,a@example.com\n70,b@example.com\n")
    done = dbarch("generate", small, "--own", own, "--out", tmp_path / "b.sqlite")
    assert done.returncode == 2
    assert "accounts.csv:3: accounts_pkey: the same id as in a row before" in done.stderr.splitlines()[-1]
    assert not (tmp_path / "b.sqlite").exists()


def test_a_violated_constraint_is_listed_and_exits_1(tmp_path: Path) -> None:
    (tmp_path / "s.sql").write_text(
        "CREATE TABLE t (id bigint PRIMARY KEY, a int NOT NULL, CHECK ((a * a + id) % 3 < 2));"
    )
    done = dbarch("generate", tmp_path / "s.sql", "--rows", "t=90", "--out", tmp_path / "rows", "--verify", "sqlite")
    assert done.returncode == 1
    assert "sqlite: t: check" in done.stderr
    assert "do not hold" in done.stderr.splitlines()[-1]


def test_generate_is_the_same_twice(small: Path, tmp_path: Path) -> None:
    import duckdb

    sums = []
    for name in ("a.duckdb", "b.duckdb"):
        done = dbarch("generate", small, "--rows", "accounts=50", "--rows", "orders=200", "--out", tmp_path / name)
        assert done.returncode == 0, done.stderr
        with duckdb.connect(str(tmp_path / name), read_only=True) as connection:
            sums.append(connection.execute("SELECT count(*), sum(hash(o)) FROM orders o").fetchone())
    assert sums[0] == sums[1]
    assert sums[0] is not None
    assert sums[0][0] == 200


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["import", "no_such_file.sql"], "no_such_file.sql: cannot be read"),
        (["import"], "Missing argument 'SOURCE'"),
        (["review", "x.sql", "--fail-on", "huge"], "'huge' is not one of"),
        (["nonsense"], "No such command 'nonsense'"),
        (["rules", "float-mony"], "there is no rule named 'float-mony' (did you mean float-money?)"),
        (["generate", str(SHOP), "--rows", "orders=many", "--out", "x.duckdb"], "not of the form TABLE=N"),
        (["generate", str(SHOP), "--rows", "ordrs=3", "--out", "x.duckdb"], "no table named 'ordrs'"),
        (["diagram", str(SHOP), "-o", "x.svg", "--focus", "ordrs"], "no table named 'ordrs'"),
        (["import", str(SHOP), "--dialect", "cobol"], "dialect 'cobol'"),
        (["run", str(SHOP / "schema.sql")], "there is no workload to replay"),
    ],
)
def test_wrong_words_are_one_line_and_status_2(words: list[str], told: str) -> None:
    done = dbarch(*words)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
    assert "Traceback" not in done.stderr


def test_unbuilt_commands_are_absent_from_help() -> None:
    told = dbarch("--help").stdout
    commands = {line.split()[0] for line in told.split("Commands:")[1].splitlines() if line.strip()}
    built = {
        "import",
        "write",
        "diff",
        "diagram",
        "review",
        "rules",
        "profile",
        "generate",
        "run",
        "compare",
        "explain",
        "deliver",
        "dependencies",
        "new",
        "lab",
        "share",
        "workload",
        "postgres",
    }
    assert commands == built
