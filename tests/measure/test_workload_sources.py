"""Every format of workloads: told apart by content, and the same shop comes out of all of them."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dbarch_widgets.errors import InputError, SourceError
from dbarch_widgets.measure import grouping
from dbarch_widgets.measure.observed import Observed
from dbarch_widgets.measure.workload_sources import postgres_csvlog, postgres_jsonlog
from dbarch_widgets.measure.workload_sources.opening import Source
from dbarch_widgets.measure.workload_sources.registry import format_of, load_workload
from dbarch_widgets.model.display import show
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Parameter, Workload
from dbarch_widgets.reviewing.sources import read_schema

HERE = Path(__file__).parent
FILES = HERE / "workloads"
LOGS = ("shop_log.csv", "shop_log.json")
STATISTICS = ("pg_stat_statements.csv", "pg_stat_statements_taken.csv", "pg_stat_statements.json")


@pytest.fixture(scope="module")
def shop() -> Schema:
    return read_schema(HERE / "shop.sql")


@pytest.mark.parametrize(
    ("file", "format"),
    [
        ("shop_log.csv", "PostgreSQL csvlog"),
        ("shop_log.json", "PostgreSQL jsonlog"),
        *((file, "pg_stat_statements") for file in STATISTICS),
        ("d1_insights.json", "D1 insights"),
        ("shop.pgbench", "pgbench script"),
        ("../shop_workload.sql", "SQL"),
        ("../shop.sql", "SQL"),
    ],
)
def test_formats_are_told_apart_by_content(file: str, format: str, tmp_path: Path) -> None:
    assert format_of(Source(path=FILES / file)).name == format
    text = (FILES / file).read_text(encoding="utf-8")
    assert format_of(Source(content=text)).name == format
    (tmp_path / "anything").write_bytes(("\ufeff" + text).encode())
    assert format_of(Source(path=tmp_path / "anything")).name == format


def by_sql(workload: Workload) -> dict[str, float | None]:
    return {" ".join(query.sql.split())[:60]: query.rate for query in workload.queries}


@pytest.mark.parametrize("file", LOGS)
def test_a_log(shop: Schema, file: str) -> None:
    workload = load_workload(FILES / file, shop, window=100)
    by_start = {query.sql[:44]: query for query in workload.queries}
    orders = by_start["SELECT id, status, total FROM orders WHERE c"]
    assert orders.rate == 0.4
    assert orders.sql.endswith("WHERE customer_id = :customer_id ORDER BY created_at DESC LIMIT :limit")
    assert orders.parameters[1] == Parameter("limit", "pick", ("10 * 29", "50 * 11"))
    by_status = by_start["SELECT count(*) FROM orders WHERE status = :"]
    assert by_status.parameters[0] == Parameter("status", "pick", ("'placed' * 25", "'shipped' * 15"))
    assert by_status.rate == 0.4
    lists = by_start["SELECT id FROM orders WHERE id IN (:id, :id_"]
    assert lists.rate == pytest.approx(0.04)
    assert len(workload.queries) == 4
    assert workload.problems == ()


@pytest.mark.parametrize("file", LOGS)
def test_the_transactions_of_a_log(shop: Schema, file: str) -> None:
    (order,) = load_workload(FILES / file, shop, window=100).transactions
    assert (order.rate, order.isolation, order.role, order.kind) == (0.1, "repeatable read", "postgres", "write")
    assert "2 of them rolled back" in order.description
    assert [query.sql.split()[0] for query in order.statements] == ["SELECT", "INSERT", "INSERT", "INSERT"]
    customer, *_ = order.parameters
    assert customer == Parameter("id", "uniform", ("public.customers.id",))
    assert ":id" in order.statements[1].sql, "the same value stood in both statements"
    by_name = {parameter.name: parameter for parameter in order.parameters}
    assert by_name["order_id"] == Parameter("order_id", "returned", ("2", "id"))
    assert by_name["line_no"].arguments == ("1",)
    assert by_name["line_no_2"].arguments == ("2",)


@pytest.mark.parametrize("file", LOGS)
def test_what_a_log_leaves_out_is_said(shop: Schema, file: str) -> None:
    notes = " | ".join(load_workload(FILES / file, shop).notes)
    assert "195 executions" in notes
    assert "the rates say little" in notes
    assert "2 errors" in notes
    assert "27 executions left out: they neither read nor write" in notes
    assert "4 executions left out: they read only the database's own catalogs" in notes


@pytest.mark.parametrize("file", LOGS)
def test_nobodys_data_is_shown(shop: Schema, file: str) -> None:
    for schema in (shop, None):
        workload = load_workload(FILES / file, schema)
        shown = show(workload)
        for text in (repr(workload), shown["text/html"], shown["text/plain"]):
            assert "@example.org" not in text
            assert "SKU0" not in text


def test_both_logs_of_a_server_say_the_same(shop: Schema) -> None:
    csv, jsonl = (load_workload(FILES / file, shop) for file in LOGS)
    assert [query.sql for query in csv.queries] == [query.sql for query in jsonl.queries]
    assert [query.parameters for query in csv.queries] == [query.parameters for query in jsonl.queries]
    assert [query.rate for query in csv.queries] == [query.rate for query in jsonl.queries]
    both = load_workload([FILES / file for file in LOGS], shop)
    assert len(both.queries) == 2 * len(csv.queries)
    assert any("counted twice" in note for note in both.notes)
    assert len({query.name for query in both.statements}) == len(both.statements)


@pytest.mark.parametrize("file", STATISTICS)
def test_pg_stat_statements(shop: Schema, file: str) -> None:
    workload = load_workload(FILES / file, shop, window="1 hour")
    rates = by_sql(workload)
    assert rates["SELECT id, name FROM customers WHERE email = :email"] == pytest.approx(40 / 3600)
    assert rates["INSERT INTO items (order_id, line_no, sku, amount) VALUES (:"] == pytest.approx(20 / 3600)
    assert len(workload.queries) == 7
    (problem,) = workload.problems
    assert "how long the list is" in problem.reason
    notes = " | ".join(workload.notes)
    assert "as given" in notes
    assert "own catalogs" in notes
    items = next(query for query in workload.queries if query.sql.startswith("INSERT INTO items"))
    assert items.parameters[1] == Parameter("line_no", "new", ("public.items.line_no",))


def test_rates_since_the_reset(shop: Schema, tmp_path: Path) -> None:
    text = (
        "queryid,query,calls,stats_reset,taken_at\n1,SELECT total FROM orders WHERE id = $1,7200,"
        "2026-01-01 00:00:00+00,2026-01-01 02:00:00+00\n"
    )
    (query,) = load_workload(text, shop).queries
    assert query.rate == 1
    newer = "query,calls,stats_since,taken_at\nSELECT 1 FROM orders,50,2026-01-01 00:00:00+00,2026-01-01 00:00:10+00\n"
    assert load_workload(newer).queries[0].rate == 5
    unknown = load_workload("query,calls\nSELECT 1 FROM orders,50\n")
    assert unknown.queries[0].rate is None
    assert any("no rates" in note for note in unknown.notes)


def test_older_columns_and_other_marks(shop: Schema) -> None:
    text = "userid\tdbid\tquery\tcalls\ttotal_time\trows\n10\t5\tSELECT total FROM orders WHERE id = ?\t3\t4.5\t3\n"
    workload = load_workload(text, shop)
    assert workload.queries == ()
    assert workload.problems[0].line == 2  # `?` was PostgreSQL's way up to 9.6
    text = text.replace("= ?", "= $1")
    (query,) = load_workload(text, shop).queries
    assert "3 calls, on average 1.500 ms and 1 rows" in query.description


def test_rows_that_cannot_be_used_are_named(shop: Schema) -> None:
    text = (
        "query,calls,toplevel\n<insufficient privilege>,5,t\nSELECT 1 FROM orders,2,f\nSELEKT 'x@example.org' FROM t,4,t\n"
        "SELECT 2 FROM,1,t\nSELECT total FROM orders,many,t\nSELECT 3 FROM orders,1\n\nSELECT id FROM orders,1,t\n"
    )
    workload = load_workload(text, shop)
    assert [query.sql for query in workload.queries] == ["SELECT id FROM orders"]
    assert {problem.line for problem in workload.problems} == {5, 6, 7}
    notes = " | ".join(workload.notes)
    assert "5 executions left out: their text is hidden" in notes
    assert "2 executions left out: they ran inside of functions" in notes
    assert "4 executions left out: they neither read nor write" in notes
    assert "x@example.org" not in repr(workload)


def test_d1_insights(shop: Schema) -> None:
    workload = load_workload(FILES / "d1_insights.json", shop)
    assert [query.rate for query in workload.queries] == [0.5, 0.1, 0.01, pytest.approx(288 / 86_400)]
    assert workload.problems == ()
    listed, items, customers, recent = workload.queries
    assert listed.sql.endswith("ORDER BY created_at DESC LIMIT :limit")
    assert "10 rows" in listed.description
    assert items.parameters[0] == Parameter("order_id", "uniform", ("public.orders.id",))
    assert customers.sql.endswith("ON CONFLICT DO NOTHING")
    assert "current_timestamp - :span::interval" in recent.sql
    assert recent.parameters[0] == Parameter("status", "pick", ("'placed' * 288",))
    assert any("D1's default" in note for note in workload.notes)
    weekly = load_workload(FILES / "d1_insights.json", shop, window="7 days")
    assert weekly.queries[0].rate == pytest.approx(0.5 / 7)


def test_d1_after_a_warning_and_what_is_sqlites_alone(shop: Schema) -> None:
    rows = [
        {"query": "SELECT strftime('%s', id) FROM orders WHERE unixepoch(placed_on) > ?", "numberOfTimesRun": 3},
        {"query": "INSERT OR REPLACE INTO customers (email) VALUES (?)", "numberOfTimesRun": 3},
        {"query": "SELEKT 'a@example.org' FROM", "numberOfTimesRun": 3},
        {"query": "SELECT 1 FROM orders"},
    ]
    workload = load_workload("wrangler warns about something\n" + json.dumps(rows, indent=1), shop)
    reasons = [problem.reason for problem in workload.problems]
    assert any("only sqlite and d1 can run it" in reason for reason in reasons)
    assert workload.queries[0].engines == ("sqlite", "d1")
    assert any("OR REPLACE has no counterpart" in reason for reason in reasons)
    assert any("no query or no numberOfTimesRun" in reason for reason in reasons)
    assert "a@example.org" not in repr(workload)
    with pytest.raises(InputError, match="no JSON"):
        load_workload('[{"query": "SELECT 1", "numberOfTimesRun": 3')


def test_pgbench(shop: Schema) -> None:
    workload = load_workload(FILES / "shop.pgbench", shop)
    (transaction,) = workload.transactions
    assert [parameter.name for parameter in transaction.parameters] == ["customer", "total", "order_id"]
    assert transaction.parameters[0] == Parameter("customer", "int", ("1", "300"))
    assert transaction.parameters[2] == Parameter("order_id", "returned", ("2", "order_id"))
    assert [query.parameters for query in workload.queries] == [(Parameter("customer", "int", ("1", "300")),)]
    reasons = {problem.line: problem.reason for problem in workload.problems}
    assert "taken as even" in reasons[3]
    assert "not computed" in reasons[4]
    assert "passed over" in reasons[10]


# ---------------------------------------------------------------- files as they come


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("file", ["shop_log.csv", "pg_stat_statements.csv", "d1_insights.json"])
def test_compressed_files(shop: Schema, tmp_path: Path, file: str, pack: Callable[[bytes], bytes]) -> None:
    packed = tmp_path / f"{file}.packed"
    packed.write_bytes(pack((FILES / file).read_bytes()))
    plain, found = load_workload(FILES / file, shop, window=60), load_workload(packed, shop, window=60)
    assert [query.sql for query in found.queries] == [query.sql for query in plain.queries]
    assert [query.rate for query in found.queries] == [query.rate for query in plain.queries]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("file", ["shop_log.csv", "pg_stat_statements.csv", "../shop_workload.sql"])
def test_encodings_and_line_ends(shop: Schema, tmp_path: Path, file: str, encoding: str) -> None:
    text = (FILES / file).read_text(encoding="utf-8")
    other = tmp_path / "other"
    other.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    plain, found = load_workload(FILES / file, shop), load_workload(other, shop)
    assert [query.sql.split() for query in found.queries] == [query.sql.split() for query in plain.queries]


def test_a_compressed_file_that_breaks_off(shop: Schema, tmp_path: Path) -> None:
    packed = gzip.compress((FILES / "shop_log.csv").read_bytes())
    (tmp_path / "log.gz").write_bytes(packed[: len(packed) * 2 // 3])
    workload = load_workload(tmp_path / "log.gz", shop)
    assert len(workload.queries) >= 3
    assert any("breaks off" in problem.reason for problem in workload.problems)


def test_a_rotated_log_and_a_folder_of_logs(shop: Schema, tmp_path: Path) -> None:
    text = (FILES / "shop_log.csv").read_text(encoding="utf-8")
    middle = text.index("\n", len(text) // 2) + 1
    (tmp_path / "log.1.csv").write_text(text[:middle], encoding="utf-8")
    (tmp_path / "log.2.csv").write_text(text[middle:], encoding="utf-8")
    whole = load_workload(FILES / "shop_log.csv", shop)
    for several in (tmp_path, [tmp_path / "log.1.csv", tmp_path / "log.2.csv"]):
        found = load_workload(several, shop)
        assert [query.sql for query in found.queries] == [query.sql for query in whole.queries]
        assert [query.rate for query in found.items] == [query.rate for query in whole.items]
        assert found.problems == ()


@pytest.mark.parametrize("at", [3, 40, 90])
@pytest.mark.parametrize("within", [5, 60, 170])
@pytest.mark.parametrize("file", LOGS)
def test_a_log_cut_anywhere(shop: Schema, file: str, at: int, within: int) -> None:
    """The rest of a record at the beginning and half a record inside are named, all else is read."""
    lines = (FILES / file).read_text(encoding="utf-8").splitlines(keepends=True)
    text = lines[at][within:] + "".join(lines[at + 1 : at + 100]) + lines[at + 100][:within] + "\n"
    workload = load_workload(text + "".join(lines[at + 101 :]), shop)
    assert [problem.line for problem in workload.problems] == [1, 101]
    assert all(problem.effect == "not_understood" for problem in workload.problems)
    assert len(workload.queries) >= 3
    assert "@example.org" not in repr(workload)


def test_characters_that_are_no_text(shop: Schema, tmp_path: Path) -> None:
    data = (FILES / "shop_log.csv").read_bytes().replace(b"page 0", b"page \xe4\xff")
    (tmp_path / "log.csv").write_bytes(data)
    workload = load_workload(tmp_path / "log.csv", shop)
    assert len(workload.queries) == 4
    assert any("not UTF-8" in problem.reason for problem in workload.problems)


def test_many_bad_lines_are_counted(shop: Schema) -> None:
    text = (FILES / "shop_log.json").read_text(encoding="utf-8")
    workload = load_workload(text + "garbage\n" * 500, shop)
    assert len(workload.problems) == 30
    assert any("470 further problems" in note for note in workload.notes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-01-01 00:00:00 UTC [1] LOG:  duration: 1.2 ms  statement: SELECT 1\n", "plain-text log"),
        ("PK\0\0binary\n\0", "is no text"),
        ("query,calls\n", "no row of pg_stat_statements"),
        ("[]\n", "no query"),
        ('[{"query": 1, "calls"\n', "no JSON"),
    ],
)
def test_what_is_no_workload(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        _some_query(load_workload(text))


def _some_query(workload: Workload) -> None:
    if not workload.queries:
        raise InputError(f"no query: {workload.problems[0].reason}")


def test_a_log_without_statements() -> None:
    line = (FILES / "shop_log.csv").read_text(encoding="utf-8").split("\n", maxsplit=1)[0]
    quiet = line.replace("duration: ", "checkpoint starting: ")
    with pytest.raises(InputError, match="log_min_duration_statement = 0"):
        load_workload(quiet + "\n")


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        load_workload(tmp_path / "none.csv")
    with pytest.raises(SourceError, match="no file in the folder"):
        load_workload(tmp_path)
    with pytest.raises(InputError, match="no file is given"):
        load_workload([])
    for window in (0, -1, "soon"):
        with pytest.raises(InputError):
            load_workload("query,calls\nSELECT 1 FROM t,1\n", window=window)


class Counted(Source):
    """A file that tells how many of its lines were asked for."""

    asked = 0

    def lines(self) -> Iterator[str]:
        for line in super().lines():
            self.asked += 1
            yield line


@pytest.mark.parametrize("entries", [postgres_csvlog.entries, postgres_jsonlog.entries])
def test_logs_are_read_line_by_line(entries: Callable[..., Iterator[object]]) -> None:
    kind = "csv" if entries is postgres_csvlog.entries else "json"
    source = Counted(path=FILES / f"shop_log.{kind}")
    reading = entries(source, lambda *_: None)
    next(reading)
    assert source.asked <= 2
    assert sum(1 for _ in reading) > 200


def test_a_record_without_end_is_given_up(shop: Schema, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_csvlog, "_LONGEST", 2_000)
    text = (FILES / "shop_log.csv").read_text(encoding="utf-8")
    start = text.split("\n", maxsplit=1)[0]
    endless = start[: start.index('"duration') + 5] + "\n" + "never ending\n" * 1_000
    workload = load_workload(endless + text, shop)
    assert len(workload.queries) == 4
    assert workload.problems[0].line == 1


def test_what_is_kept_does_not_grow_with_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Observed()
    for number in range(5_000):
        seen.add(str(number) * 30)
    assert seen.count == 5_000
    assert len(seen.values) == 500
    assert max(map(len, seen.values)) <= 64
    monkeypatch.setattr(grouping, "_MOST_GROUPS", 20)
    monkeypatch.setattr(grouping, "_MOST_QUERIES", 10)
    text = log(*((f"duration: 1.0 ms  statement: SELECT c{number} FROM t", "") for number in range(50)))
    workload = load_workload(text)
    assert len(workload.queries) == 10
    assert {note.split(":")[0] for note in workload.notes} >= {"10 executions left out", "30 executions left out"}


# ---------------------------------------------------------------- what a log can hold


def log(*messages: tuple[str, str], vxid: str = "3/{}", seconds: float = 1.0) -> str:
    """A jsonlog of (message, detail), one a `seconds`."""
    lines = []
    for number, (message, detail) in enumerate(messages):
        entry = {
            "timestamp": f"2026-01-01 00:{int(number * seconds) // 60:02}:{int(number * seconds) % 60:02}.000 UTC",
            "user": "app", "dbname": "shop", "session_id": "a.1", "vxid": vxid.format(number + 1),
            "error_severity": "LOG", "message": message, "detail": detail,
        }  # fmt: skip
        lines.append(json.dumps(entry))
    return "\n".join(lines) + "\n"


def test_statements_logged_before_they_run_are_counted_once(shop: Schema) -> None:
    """log_statement = 'all' with log_duration: the statement, then its duration alone."""
    workload = load_workload(
        log(*[("statement: SELECT total FROM orders WHERE id = 7", ""), ("duration: 4.000 ms", "")] * 10), shop
    )
    (query,) = workload.queries
    assert query.description == "10 calls, on average 4.000 ms"


PLAN = (
    "Index Scan using orders_pkey on orders  (cost=0.15..8.17 rows=1 width=8) (actual time=0.01..0.02 rows=1 loops=1)"
)


@pytest.mark.parametrize(
    "plan",
    [
        f"Query Text: SELECT total\nFROM orders WHERE id = 7\n{PLAN}\n  Index Cond: (id = 7)",
        f"Query Text: SELECT total FROM orders WHERE id = $1\nQuery Parameters: $1 = '7'\n{PLAN}",
        json.dumps({"Query Text": "SELECT total FROM orders WHERE id = 7", "Plan": {"Node Type": "Result"}}),
    ],
)
def test_what_auto_explain_logs_are_executions(shop: Schema, plan: str) -> None:
    workload = load_workload(log(*[(f"duration: 4.000 ms  plan:\n{plan}", "")] * 10), shop)
    (query,) = workload.queries
    assert (query.calls, query.mean) == (10, 4)
    assert "10 of them are told by auto_explain alone" in " ".join(workload.notes)


@pytest.mark.parametrize(
    "around",
    [
        ("{plan}", "duration: 4.000 ms  statement: SELECT total FROM orders WHERE id = 7"),
        ("statement: SELECT total FROM orders WHERE id = 7", "{plan}", "duration: 4.000 ms"),
        ("statement: SELECT total FROM orders WHERE id = 7", "{plan}"),
    ],
)
def test_an_execution_that_is_logged_twice_is_counted_once(shop: Schema, around: tuple[str, ...]) -> None:
    plan = f"duration: 4.000 ms  plan:\nQuery Text: SELECT total FROM orders WHERE id = 7\n{PLAN}"
    workload = load_workload(log(*[(each.format(plan=plan), "") for each in around] * 10), shop)
    (query,) = workload.queries
    assert (query.calls, query.mean) == (10, 4)
    assert "auto_explain" not in " ".join(workload.notes)


def test_a_plan_that_cannot_be_read_is_told(shop: Schema) -> None:
    text = log(
        ("duration: 4.000 ms  plan:\n<explain><Que", ""),
        ("duration: 1.000 ms  statement: SELECT total FROM orders WHERE id = 7", ""),
    )
    assert "1 plans of auto_explain could not be read" in load_workload(text, shop).notes


def test_prepared_statements_of_sql_are_taken_for_what_they_run(shop: Schema) -> None:
    detail = "prepare: PREPARE p (bigint) AS SELECT total FROM orders WHERE id = $1"
    (query,) = load_workload(log(*[("duration: 1.0 ms  statement: EXECUTE p(3)", detail)] * 2), shop).queries
    assert query.sql == "SELECT total FROM orders WHERE id = :id"


def test_fetches_and_parses_are_no_executions(shop: Schema) -> None:
    sql = "SELECT total FROM orders WHERE id = $1"
    workload = load_workload(
        log(
            (f"duration: 1.0 ms  parse s1: {sql}", ""),
            (f"duration: 1.0 ms  bind s1/p1: {sql}", "parameters: $1 = '1'"),
            (f"duration: 1.0 ms  execute s1/p1: {sql}", "parameters: $1 = '1'"),
            (f"duration: 1.0 ms  execute fetch from s1/p1: {sql}", "parameters: $1 = '1'"),
        ),
        shop,
    )
    assert [query.description[:6] for query in workload.queries] == ["1 call"]


def test_slow_logs_say_that_fast_statements_are_missing(shop: Schema) -> None:
    workload = load_workload(log(*[("duration: 250.1 ms  statement: SELECT total FROM orders", "")] * 3), shop)
    assert any("no statement took under 250 ms" in note for note in workload.notes)


def test_a_transaction_without_its_begin(shop: Schema) -> None:
    """log_min_duration_statement leaves BEGIN out; the number of the transaction holds the statements together."""
    statements = ["UPDATE orders SET total = 1 WHERE id = 3", "DELETE FROM items WHERE order_id = 3"]
    text = "".join(
        log(*((f"duration: 9.0 ms  statement: {sql}", "") for sql in statements), vxid=f"3/{turn}")
        for turn in range(1, 5)
    )
    workload = load_workload(text, shop)
    assert workload.queries == ()
    (transaction,) = workload.transactions
    assert [query.sql.split()[0] for query in transaction.statements] == ["UPDATE", "DELETE"]
    alone = log(*((f"duration: 9.0 ms  statement: {sql}", "") for sql in statements), vxid="3/0")
    assert len(load_workload(alone, shop).queries) == 2


def test_several_statements_in_one_message(shop: Schema) -> None:
    text = log(("duration: 9.0 ms  statement: BEGIN; UPDATE orders SET total = 2; DELETE FROM items; COMMIT;", ""))
    (transaction,) = load_workload(text, shop).transactions
    assert len(transaction.statements) == 2


def test_preferred_values_keep_their_steepness(shop: Schema) -> None:
    """Rank r comes 120 / r times: a Zipf law with exponent 1."""
    sql = "duration: 1.0 ms  execute <unnamed>: SELECT total FROM orders WHERE customer_id = $1"
    entries = [(sql, f"parameters: $1 = '{100 + rank}'") for rank in range(1, 40) for _ in range(120 // rank)]
    (query,) = load_workload(log(*entries), shop).queries
    (parameter,) = query.parameters
    assert parameter.source == "zipf"
    assert parameter.arguments[0] == "public.orders.customer_id"
    assert float(parameter.arguments[1]) == pytest.approx(1.0, abs=0.15)
    even = [(sql, f"parameters: $1 = '{100 + rank}'") for rank in range(40) for _ in range(10)]
    assert load_workload(log(*even), shop).queries[0].parameters[0].source == "uniform"


def test_moments_keep_their_age(shop: Schema) -> None:
    sql = "duration: 1.0 ms  execute <unnamed>: SELECT count(*) FROM orders WHERE placed_on >= $1"
    entries = [(sql, f"Parameters: $1 = '2025-12-{day:02}'") for day in range(12, 31)]
    (query,) = load_workload(log(*entries), shop).queries
    assert query.parameters == (Parameter("placed_on", "recent", ("public.orders.placed_on", "20 days")),)


def test_values_that_the_log_cut_off_are_not_taken(shop: Schema) -> None:
    sql = "duration: 1.0 ms  execute <unnamed>: SELECT id FROM orders WHERE customer_id = $1 LIMIT $2"
    entries = [(sql, "parameters: $1 = '123...', $2 = '5'")] * 4
    (query,) = load_workload(log(*entries), shop).queries
    assert query.parameters[1] == Parameter("limit", "pick", ("5 * 4",))
    assert query.parameters[0].source == "uniform"


def test_without_a_schema_what_plainly_is_nobodys_is_kept() -> None:
    sql = "duration: 1.0 ms  execute <unnamed>: SELECT a FROM t WHERE state = $1 AND name = $2 AND n = $3"
    entries = [
        (sql, f"parameters: $1 = '{state}', $2 = 'Alice Smith', $3 = '{n}'")
        for state in ("open", "done")
        for n in range(30)
    ]
    workload = load_workload(log(*entries))
    by_name = {parameter.name: parameter for parameter in workload.queries[0].parameters}
    assert by_name["state"].arguments == ("'done' * 30", "'open' * 30")
    assert by_name["n"] == Parameter("n", "int", ("0", "29"))
    assert "name" not in by_name
    assert any(":name has no source" in problem.reason for problem in workload.problems)
    assert "Alice" not in repr(workload)


def test_rare_transactions_are_taken_apart_and_said(shop: Schema) -> None:
    def transaction(number: int, *statements: str) -> str:
        said = ["BEGIN", *statements, "COMMIT"]
        return log(*((f"duration: 1.0 ms  statement: {sql}", "") for sql in said), vxid=f"3/{number}")

    usual = ("UPDATE orders SET total = 1 WHERE id = 1", "SELECT id FROM customers")
    text = "".join(transaction(number, *usual) for number in range(1, 31))
    text += transaction(31, "SELECT id FROM customers", "SELECT sku FROM items")
    workload = load_workload(text, shop)
    assert [each.description for each in workload.transactions] == ["30 times"]
    assert sorted(query.sql for query in workload.queries) == ["SELECT id FROM customers", "SELECT sku FROM items"]
    assert any("transactions of rare kinds" in note for note in workload.notes)


def test_rows_that_are_all_shorter_than_their_header_are_the_reason(tmp_path: Path) -> None:
    file = tmp_path / "pgss.csv"
    file.write_text("query,calls,total_exec_time\n" + "SELECT 1,5\n" * 3)
    with pytest.raises(InputError, match="of each of 3 rows: the row has 2 fields, the header 3"):
        load_workload(file)
