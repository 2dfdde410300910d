"""Snowflake's own clauses: clustering, policies, tags, retention."""

from __future__ import annotations

from collections.abc import Mapping

from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor
from dbarch_widgets.importers.sqlglot_ddl.dialect import Repair
from dbarch_widgets.importers.sqlglot_ddl.repairs import clause, custom

_SETTINGS = (
    "DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS", "CHANGE_TRACKING", "DEFAULT_DDL_COLLATION",
    "ENABLE_SCHEMA_EVOLUTION", "TARGET_LAG", "WAREHOUSE", "REFRESH_MODE", "INITIALIZE", "LOCATION", "FILE_FORMAT",
    "AUTO_REFRESH", "PATTERN", "CATALOG", "EXTERNAL_VOLUME", "BASE_LOCATION", "STAGE_FILE_FORMAT", "STAGE_COPY_OPTIONS",
    "REFRESH_ON_CREATE", "PARTITION_TYPE", "TABLE_FORMAT", "AWS_SNS_TOPIC", "INTEGRATION", "STORAGE_SERIALIZATION_POLICY",
)  # fmt: skip


def _setting(cursor: Cursor) -> Mapping[str, str] | None:
    word = cursor.take_any(*_SETTINGS)
    if not word:
        return None
    cursor.take("=")
    start = cursor.at
    while cursor and (cursor.at == start or cursor.peek().up in (".", "/", "@") or cursor.tokens[cursor.at - 1].up in
                      (".", "/", "@")):  # fmt: skip
        cursor.skip()
    return {word.lower(): "".join(token.text for token in cursor.tokens[start : cursor.at])}


def _cluster(cursor: Cursor) -> Mapping[str, str] | None:
    if not cursor.take("CLUSTER", "BY"):
        return None
    cursor.take("LINEAR")
    return {"cluster by": _listed(cursor.group())}


def _listed(inner: Cursor) -> str:
    return ", ".join("".join(token.text for token in part.rest()) for part in inner.parts())


def _tags(cursor: Cursor) -> Mapping[str, str] | None:
    if cursor.take("WITH", "TAG") or cursor.take("TAG"):
        cursor.group()
        return {}
    return None


def _policy(cursor: Cursor) -> Mapping[str, str] | None:
    """`[WITH] MASKING POLICY p [USING (…)]`, and the ones of whole tables with `ON (…)`."""
    start = cursor.at
    cursor.take("WITH")
    if not (cursor.take_any("MASKING", "PROJECTION", "AGGREGATION", "JOIN", "STORAGE") or cursor.take("ROW", "ACCESS")):
        cursor.at = start
        return None
    if not cursor.take("POLICY"):
        cursor.at = start
        return None
    cursor.dotted()
    if cursor.take("USING") or cursor.take("ON") or cursor.take("ENTITY", "KEY"):
        cursor.group()
    return {}


def _flags(cursor: Cursor) -> Mapping[str, str] | None:
    for words in ("COPY GRANTS", "COPY TAGS", "ENABLE VALIDATE", "ENABLE NOVALIDATE", "DISABLE VALIDATE",
                  "DISABLE NOVALIDATE", "ENABLE", "DISABLE", "VALIDATE", "NOVALIDATE", "RELY", "NORELY"):  # fmt: skip
        if cursor.take(*words.split()):
            return {}
    return None


REPAIRS: tuple[Repair, ...] = (
    custom("", "table", _cluster),
    custom("", "table", _setting),
    custom("MASKING POLICY, ROW ACCESS POLICY and their like are not kept", "column table", _policy, loses=True),
    custom("TAG is not kept", "column table", _tags),
    custom("COPY GRANTS, RELY, VALIDATE and their like are not kept", "key constraint table", _flags),
    clause("", "NOT ENFORCED", "ENFORCED", places="column"),
    clause("USING TEMPLATE: the columns come from files and are not known", "USING TEMPLATE", places="table",
           then="group", loses=True),
)  # fmt: skip
