"""A Grafana dashboard over the same metrics as the alerts."""

from __future__ import annotations

import json
from typing import Any

from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part
from dbarch_widgets.model.review import Review
from dbarch_widgets.render.clean import one_line

# Title, unit, and the expressions with their legends.
_PANELS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("Transactions a second", "ops", (
        ("sum(rate(pg_stat_database_xact_commit[5m]))", "committed"),
        ("sum(rate(pg_stat_database_xact_rollback[5m]))", "rolled back"),
    )),
    ("Connections", "short", (
        ("sum by (state) (pg_stat_activity_count)", "{{state}}"),
        ("max(pg_settings_max_connections)", "limit"),
    )),
    ("Pages found in memory", "percentunit", (
        ("sum(rate(pg_stat_database_blks_hit[10m])) / (sum(rate(pg_stat_database_blks_hit[10m])) + sum(rate(pg_stat_database_blks_read[10m])))", "share"),
    )),
    ("Rows written a second", "ops", (
        ("sum(rate(pg_stat_database_tup_inserted[5m]))", "inserted"),
        ("sum(rate(pg_stat_database_tup_updated[5m]))", "updated"),
        ("sum(rate(pg_stat_database_tup_deleted[5m]))", "deleted"),
    )),
    ("Longest open transaction", "s", (
        ("max(pg_stat_activity_max_tx_duration)", "any"),
        ("max(dbarch_idle_in_transaction_seconds)", "idle in transaction"),
    )),
    ("Dead rows, the ten worst tables", "short", (
        ("topk(10, pg_stat_user_tables_n_dead_tup)", "{{schemaname}}.{{relname}}"),
    )),
    ("Replicas behind", "s", (("max by (server) (pg_replication_lag_seconds)", "{{server}}"),)),
    ("WAL that slots hold back", "bytes", (("dbarch_slot_retained_bytes", "{{slot_name}}"),)),
    ("Since WAL was archived", "s", (("dbarch_archive_age_seconds", "age"),)),
    ("Age of transaction ids", "short", (("dbarch_transaction_id_age", "{{datname}}"),)),
    ("Sequences, share used", "percentunit", (("topk(10, dbarch_sequence_used_ratio)", "{{sequence}}"),)),
    ("Size of the databases", "bytes", (("pg_database_size_bytes", "{{datname}}"),)),
)  # fmt: skip
_WIDTH, _HEIGHT, _ACROSS = 8, 8, 3


def write(review: Review, context: DeliveryContext) -> tuple[File, ...]:
    """One JSON file to import."""
    if context.dialect != "postgres":
        raise LeftOut(f"its panels are of PostgreSQL, and this is {context.database}")
    text = json.dumps(_dashboard(review.title), indent=2, ensure_ascii=False) + "\n"
    note = "Import it in Grafana and choose the Prometheus source; it needs both exporters."
    return (File("monitoring/dashboard.json", text, "Grafana dashboard", note),)


def _dashboard(title: str) -> dict[str, Any]:
    return {
        "title": one_line(f"PostgreSQL: {title}", 120),
        "uid": None,
        "id": None,
        "tags": ["postgresql", "dbarch"],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "1m",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [{"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}]
        },
        "panels": [_panel(at, *panel) for at, panel in enumerate(_PANELS)],
    }


def _panel(at: int, title: str, unit: str, targets: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "${source}"}
    return {
        "id": at + 1,
        "type": "timeseries",
        "title": title,
        "datasource": source,
        "gridPos": {"x": at % _ACROSS * _WIDTH, "y": at // _ACROSS * _HEIGHT, "w": _WIDTH, "h": _HEIGHT},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True}},
        "targets": [
            {"refId": chr(65 + number), "expr": expr, "legendFormat": legend, "datasource": source}
            for number, (expr, legend) in enumerate(targets)
        ],
    }


PART = Part("dashboard", "Dashboard", write)
