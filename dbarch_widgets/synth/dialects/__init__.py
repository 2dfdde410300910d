"""One class of words per engine that can generate rows by its own SQL."""

from __future__ import annotations

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.synth.dialects.base import Words
from dbarch_widgets.synth.dialects.duckdb import DuckDBWords
from dbarch_widgets.synth.dialects.postgres import PostgresWords
from dbarch_widgets.synth.dialects.spark import SparkWords

__all__ = ["Words", "words_for"]

_WORDS: dict[str, type[Words]] = {"duckdb": DuckDBWords, "postgres": PostgresWords, "spark": SparkWords}


def words_for(dialect: str) -> Words:
    """The words of an engine by its promised name.

    Raises:
        UnknownName: that engine cannot generate rows itself; load what DuckDB generates.
    """
    if dialect not in _WORDS:
        raise UnknownName("dialect for generating", dialect, list(_WORDS))
    return _WORDS[dialect]()
