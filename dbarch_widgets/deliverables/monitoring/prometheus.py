"""Prometheus rules with their own tests: promtool proves that each alert fires when it should, and only then."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.deliverables.monitoring.alerts import Alert, alerts
from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part
from dbarch_widgets.model.review import Review


def write(review: Review, context: DeliveryContext) -> tuple[File, ...]:
    """The rules and their tests."""
    if context.dialect != "postgres":
        raise LeftOut(f"its alerts are of PostgreSQL, and this is {context.database}")
    all_ = alerts(context)
    rules = {"groups": [{"name": "dbarch", "rules": [_rule(alert) for alert in all_]}]}
    tests = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": "1m",
        "tests": [_test(alert, fires=fires) for alert in all_ for fires in (True, False)],
    }
    note = "Alerts on postgres_exporter's metrics and on those of dbarch.collector.yml. The limits are where to begin, not where to end."
    return (
        File("monitoring/rules.yml", _yaml(rules), "Alerts", note, "promtool check rules monitoring/rules.yml"),
        File(
            "monitoring/rules_test.yml",
            _yaml(tests),
            "Tests of the alerts",
            "Each alert fires on one series and stays silent on another.",
            "promtool test rules monitoring/rules_test.yml",
        ),
    )


def _rule(alert: Alert) -> dict[str, Any]:
    return {
        "alert": alert.name,
        "expr": alert.expr,
        "for": alert.wait,
        "labels": {"severity": alert.severity},
        "annotations": {"summary": alert.summary},
    }


def _test(alert: Alert, *, fires: bool) -> dict[str, Any]:
    series = alert.fires if fires else alert.quiet
    return {
        "interval": "1m",
        "name": f"{alert.name} {'fires' if fires else 'stays silent'}",
        "input_series": [{"series": name, "values": values} for name, values in series],
        "promql_expr_test": [
            {
                "expr": f'count(ALERTS{{alertname="{alert.name}", alertstate="firing"}}) or vector(0)',
                "eval_time": alert.after,
                "exp_samples": [{"labels": "{}", "value": 1 if fires else 0}],
            }
        ],
    }


def _yaml(made: dict[str, Any]) -> str:
    import yaml

    return yaml.safe_dump(made, sort_keys=False, width=1000, allow_unicode=True)


PART = Part("alerts", "Alerts", write)
