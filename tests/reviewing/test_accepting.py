"""Living with findings: comments, settings, baselines, and what was there before."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from dbarch_widgets.cli import main
from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.review import Review
from dbarch_widgets.reviewing.accepting import accepted_in, apply_acceptances
from dbarch_widgets.reviewing.report import FORMATS, report
from dbarch_widgets.reviewing.run import review
from dbarch_widgets.reviewing.settings_file import load_settings
from dbarch_widgets.session import Session

SCHEMA = """
CREATE TABLE customers (
    id bigint PRIMARY KEY,
    name char(20) NOT NULL{name}
);
{before}CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers (id),
    total double precision NOT NULL{total}
);
"""
ONLY = ("char-n-type", "float-money", "foreign-key-without-index")


def text(name: str = "", before: str = "", total: str = "") -> str:
    return SCHEMA.format(name=name, before=before, total=total)


def made(source: str | Path, **more: object) -> Review:
    return review(source, only=ONLY, **more)  # type: ignore[arg-type]


def of(result: Review, rule: str) -> Finding:
    (found,) = [finding for finding in result.findings if finding.rule == rule]
    return found


def notes(result: Review) -> str:
    return "\n".join(note.text for note in result.acceptance_notes)


def test_a_comment_accepts_what_is_on_its_line() -> None:
    result = made(text(total=" -- dbarch: ignore float-money because estimates by Ann until 2999-06"))
    accepted = of(result, "float-money").accepted
    assert accepted is not None
    assert (accepted.because, accepted.by, accepted.until) == ("estimates", "Ann", date(2999, 6, 30))
    assert of(result, "char-n-type").accepted is None
    assert len(result.open_findings) == len(result.findings) - 1
    assert notes(result) == ""


def test_a_comment_before_a_statement_accepts_what_is_in_it_only() -> None:
    said = "-- dbarch: ignore float-money, foreign-key-without-index because a demo by Ann until 2999\n"
    result = made(text(before=said))
    assert {finding.rule for finding in result.accepted_findings} == {"float-money", "foreign-key-without-index"}
    result = made(text(before=said.replace("float-money", "char-n-type")))
    assert of(result, "char-n-type").accepted is None


def test_it_comes_back_after_its_day_with_a_note() -> None:
    result = made(text(total=" -- dbarch: ignore float-money because estimates by Ann until 2020-06"))
    finding = of(result, "float-money")
    assert finding.accepted is None
    assert finding.lapsed is not None
    assert finding.lapsed.until == date(2020, 6, 30)
    assert "accepted until 2020-06-30, which has passed: 1 finding of float-money is back" in notes(result)
    assert "that day has passed" in report(result, "text")


def test_the_last_day_still_counts() -> None:
    result = made(text(total=" -- dbarch: ignore float-money because estimates by Ann until 2027-06"))
    judged = apply_acceptances(result.findings, result.schema, today=date(2027, 6, 30))
    assert sum(finding.accepted is not None for finding in judged) == 1
    judged = apply_acceptances(
        [finding for finding in judged if finding.rule == "char-n-type"], result.schema, today=date(2027, 7, 1)
    )
    assert all(finding.accepted is None for finding in judged)


def test_without_a_reason_it_accepts_nothing_and_says_so() -> None:
    result = made(text(total=" -- dbarch: ignore float-money by Ann until 2999"))
    assert of(result, "float-money").accepted is None
    assert "gives no reason and so accepts nothing" in notes(result)


def test_unknown_rules_are_told_with_the_nearest() -> None:
    result = made(text(total=" -- dbarch: ignore float-mony because estimates by Ann until 2999"))
    assert "ignores float-mony, which is no rule: did you mean float-money?" in notes(result)


def test_what_it_does_not_say_and_what_it_does_not_meet_are_told() -> None:
    result = made(text(name=" -- dbarch: ignore float-money because estimates"))
    assert "does not say by whom and until when" in notes(result)
    assert "ignores float-money, which finds nothing there: take it out" in notes(result)
    quiet = review(text(name=" -- dbarch: ignore select-star because it is so by Ann until 2999"), only=ONLY)
    assert notes(quiet) == ""  # the rule was not asked


def test_a_comment_in_a_workload(tmp_path: Path) -> None:
    workload = tmp_path / "workload.sql"
    workload.write_text(
        "-- name: all_orders\n-- dbarch: ignore select-star because an export by Ann until 2999\n"
        "SELECT * FROM orders;\n-- name: other\nSELECT * FROM customers;\n",
        encoding="utf-8",
    )
    result = review(text(), workload, only=["select-star"])
    assert {(finding.query, finding.accepted is not None) for finding in result.findings} == {
        ("all_orders", True),
        ("other", False),
    }
    assert result.workload is not None
    assert all("dbarch:" not in query.description for query in result.workload.queries)


def settings(folder: Path, said: str) -> Path:
    (folder / "schema.sql").write_text(text(), encoding="utf-8")
    (folder / "dbarch.toml").write_text(said, encoding="utf-8")
    return folder / "schema.sql"


def test_settings_beside_or_above_the_source_hold(tmp_path: Path) -> None:
    inner = tmp_path / "db"
    inner.mkdir()
    settings(tmp_path, '[review]\nfail-on = "low"\noff = ["char-n-type"]\n')
    (inner / "schema.sql").write_text(text(), encoding="utf-8")
    result = review(inner)
    assert "char-n-type" not in {finding.rule for finding in result.findings}
    assert result.fails()
    assert not result.fails("never")
    assert not Review("nothing", result.schema, settings=result.settings).fails()


def test_settings_stop_at_the_repository(tmp_path: Path) -> None:
    inner = tmp_path / "db"
    (inner / ".git").mkdir(parents=True)
    settings(tmp_path, '[review]\noff = ["char-n-type"]\n')
    (inner / "schema.sql").write_text(text(), encoding="utf-8")
    assert review(inner).settings is None


def test_settings_accept_by_place_and_by_key_and_weigh(tmp_path: Path) -> None:
    key = of(made(text()), "char-n-type").key
    source = settings(
        tmp_path,
        '[severity.foreign-key-without-index]\nseverity = "info"\nbecause = "orders are never deleted"\n'
        '[[accept]]\nrule = "float-money"\ntable = "orders"\ncolumn = "total"\nbecause = "estimates"\nby = "Ann"\nuntil = 2999-01-31\n'
        f'[[accept]]\nkey = "{key}"\nbecause = "old"\nuntil = "2999-02"\n'
        '[[accept]]\nrule = "float-money"\ntable = "nowhere"\nbecause = "gone"\n',
    )
    result = made(source)
    assert {finding.rule for finding in result.accepted_findings} == {"float-money", "char-n-type"}
    assert of(result, "foreign-key-without-index").severity == "info"
    assert "foreign-key-without-index is info here because orders are never deleted" in notes(result)
    assert "the acceptance of float-money fits no finding any more: take it out" in notes(result)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("[reviw]", r"dbarch.toml: there is no section named 'reviw' \(did you mean review\?\)"),
        ('[review]\nfail_on = "low"', r"\[review\]: there is no setting named 'fail_on' \(did you mean fail-on\?\)"),
        ('[review]\nfail-on = "lo"', "'lo' is no severity"),
        ('[review]\noff = ["select-sta"]', "there is no rule named 'select-sta'"),
        ('[review]\noff = "select-star"', "off is a list of names"),
        ('[severity]\nfloat-money = "low"', r"\[severity.float-money\] is a table"),
        ('[severity.float-money]\nseverity = "low"', "gives no reason"),
        ('[severity.float-money]\nbecause = "x"', "says no severity"),
        ('[[accept]]\nrule = "float-money"\ntable = "a"', "gives no reason"),
        ('[[accept]]\nrule = "float-money"\nbecause = "x"', "accepts float-money everywhere"),
        ('[[accept]]\nbecause = "x"', "names no finding"),
        ('[[accept]]\nkey = "a"\nbecause = "x"\nuntil = "June"', "is no day"),
        ('[[accept]]\nkey = "a"\nbecause = "x"\ntabel = "y"', r"did you mean table\?"),
        ("accept = 3", "accept is a list of tables"),
        ("[review", "is no TOML"),
    ],
)
def test_wrong_settings_are_one_clear_line(tmp_path: Path, said: str, words: str) -> None:
    source = settings(tmp_path, said)
    with pytest.raises(InputError, match=words) as caught:
        made(source)
    assert "\n" not in str(caught.value)


def test_a_baseline_lets_only_new_findings_count(tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    first = made(text(), baseline=file, write_baseline=True)
    assert first.open_findings == ()
    before = file.read_text(encoding="utf-8")
    made(text(), baseline=file, write_baseline=True)
    assert file.read_text(encoding="utf-8") == before
    again = made(text().replace("name char(20)", "name text, price real"), baseline=file)
    assert [finding.columns for finding in again.open_findings] == [("price",)]
    assert "1 finding of the baseline is gone: write it again" in notes(again)


def test_what_got_worse_since_the_baseline_is_back(tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    made(text(), baseline=file, write_baseline=True)
    file.write_text(file.read_text(encoding="utf-8").replace('"medium"', '"low"'), encoding="utf-8")
    back = {finding.rule for finding in made(text(), baseline=file).open_findings}
    assert back == {finding.rule for finding in made(text()).findings if finding.severity == "medium"} != set()


def test_a_baseline_of_another_schema_is_recognised(tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    made(text(), baseline=file, write_baseline=True)
    with pytest.raises(InputError, match=r"known.json: is the baseline of another schema: 0 of its 2 tables"):
        made("CREATE TABLE planets (id bigint PRIMARY KEY, mass double precision);", baseline=file)


@pytest.mark.parametrize(
    ("content", "words"),
    [("{}", "is no baseline"), ("[", "is no JSON"), ('{"dbarch_baseline": 9}', "version 9"), ('{"dbarch_baseline": 1}', "misses")],
)  # fmt: skip
def test_a_file_that_is_no_baseline(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "known.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        made(text(), baseline=file)


def test_since_tells_only_what_is_new() -> None:
    old = text()
    new = f"{old}CREATE TABLE payments (id bigint PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders (id), amount real);"
    result = made(new, since=old)
    assert {(finding.rule, finding.table) for finding in result.open_findings} == {
        ("foreign-key-without-index", "payments"),
        ("float-money", "payments"),
    }
    fix = next(finding.fix for finding in result.open_findings if finding.rule == "foreign-key-without-index")
    assert fix is not None
    assert "CONCURRENTLY" not in (fix.note or "")


def test_a_new_table_is_not_told_what_only_matters_to_rows() -> None:
    later = "ALTER TABLE orders ADD CONSTRAINT known FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;"
    old = "CREATE TABLE customers (id bigint PRIMARY KEY);"
    new = f"{old}CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);{later}"
    rule = ["constraint-not-validated"]
    assert len(review(new, only=rule).findings) == 1
    result = review(new, only=rule, since=old)
    assert result.findings == ()
    assert "1 finding on new tables left out" in notes(result)
    assert len(review(new, only=rule, since=f"{old}CREATE TABLE orders (id bigint, customer_id bigint);").findings) == 1


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_shows_accepted_findings_with_their_reason(format: str) -> None:
    result = made(text(total=" -- dbarch: ignore float-money because estimates_are_fine by Ann until 2999"))
    assert "estimates" in report(result, format)
    assert result.counts()["medium"] == sum(f.severity == "medium" and not f.accepted for f in result.findings)


def test_a_reason_is_no_markup() -> None:
    said = " -- dbarch: ignore float-money because <script>alert(1)</script> **x** by <b>Ann</b> until 2999"
    result = made(text(total=said))
    assert "<script>alert" not in report(result, "html")
    assert "<b>Ann" not in report(result, "html")
    assert "<script>" not in report(result, "markdown")


def test_accepting_twice_changes_nothing() -> None:
    result = made(text(total=" -- dbarch: ignore float-money because estimates by Ann until 2999"))
    assert accepted_in(result.with_(acceptance_notes=())).findings == result.findings


def test_a_session_accepts_too(tmp_path: Path) -> None:
    source = settings(tmp_path, '[review]\noff = ["char-n-type"]\n')
    session = Session().load_folder(source).run_rules()
    assert session.review is not None
    assert "char-n-type" not in {finding.rule for finding in session.review.findings}


@pytest.fixture
def dbarch(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Runs the command line; gives its exit status and what it said on standard error."""

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["dbarch", *words])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        return status, capsys.readouterr().err

    return run


def test_the_command_line_fails_on_open_findings_only(tmp_path: Path, dbarch: Callable[..., tuple[int, str]]) -> None:
    source = settings(tmp_path, '[review]\nbaseline = "known.json"\nfail-on = "low"\n')
    words = ("review", str(source), "--rules", ",".join(ONLY))
    status, told = dbarch(*words)
    assert status == 1
    assert "settings: dbarch.toml" in told
    assert "there is no baseline known.json yet" in told
    assert dbarch(*words, "--write-baseline")[0] == 0
    assert (tmp_path / "known.json").is_file()
    assert dbarch(*words)[0] == 0
    (tmp_path / "known.json").unlink()
    assert dbarch(*words)[0] == 1
    assert dbarch(*words, "--fail-on", "never")[0] == 0


def test_the_command_line_says_what_is_wrong(tmp_path: Path, dbarch: Callable[..., tuple[int, str]]) -> None:
    source = settings(tmp_path, "")
    status, told = dbarch("review", str(source), "--write-baseline")
    assert (status, "--baseline FILE" in told) == (2, True)
    assert dbarch("review", str(source), "--baseline", str(tmp_path / "none.json"))[0] == 2
    status, told = dbarch("review", str(source), "--rules", "float-mony")
    assert (status, "did you mean float-money?" in told) == (2, True)


def test_settings_by_name(tmp_path: Path) -> None:
    settings(tmp_path, '[review]\nrules = ["float-money"]\n')
    result = review(text(), settings=tmp_path / "dbarch.toml")
    assert {finding.rule for finding in result.findings} == {"float-money"}
    with pytest.raises(UnknownName):
        load_settings(tmp_path / "dbarch.toml") and result.fails("lowest")


def test_a_place_that_comes_to_many_known_ones_is_new(tmp_path: Path) -> None:
    """What is the habit of a whole schema is one finding: its key alone would hide the next slip."""
    table = "CREATE TABLE t{n} (id bigint PRIMARY KEY, body json);"
    before, after = ("\n".join(table.format(n=n) for n in range(number)) for number in (7, 8))
    only = ["json-instead-of-jsonb"]
    (unchanged,) = review(before, only=only, since=before).findings
    assert unchanged.accepted is not None
    file = tmp_path / "baseline.json"
    review(before, only=only, baseline=file, write_baseline=True)
    for made_of in (review(after, only=only, since=before), review(after, only=only, baseline=file)):
        assert len(made_of.open_findings) == 1
        assert "t7.body" in " ".join(note.text for note in made_of.acceptance_notes)
    assert review(before, only=only, baseline=file).open_findings == ()
