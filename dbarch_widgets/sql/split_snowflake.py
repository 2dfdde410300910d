"""Splits Snowflake and BigQuery scripts at semicolons."""

from __future__ import annotations

from dbarch_widgets.sql.split_lexis import BIGQUERY, SNOWFLAKE
from dbarch_widgets.sql.split_semicolon import SemicolonSplitter


def snowflake_splitter() -> SemicolonSplitter:
    """For Snowflake, whose routines stand between `$$`."""
    return SemicolonSplitter(SNOWFLAKE)


def bigquery_splitter() -> SemicolonSplitter:
    """For BigQuery, whose routines stand between BEGIN and END."""
    return SemicolonSplitter(BIGQUERY)
