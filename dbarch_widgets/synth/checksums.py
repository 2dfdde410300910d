"""Checksums of a table's rows that come out the same on every engine, when the rows are the same.

Each value becomes a canonical text of its type (microseconds of a moment, digits of a decimal without trailing zeros, …),
the text its md5, of which 60 bits are summed up: per column, and over whole rows weighted by their place in the order of the
key, so that values which changed places are seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.synth.dialects import words_for
from dbarch_widgets.synth.kinds import Kind, kind_of

_LEFT_OUT = {
    "tsvector": "PostgreSQL normalises it",
    "vector": "it needs an extension",
    "other": "its type is not known here",
}


@dataclass(frozen=True)
class Checksum:
    """`rows` of the table, `ordered` over whole rows and their places, `columns` one sum each."""

    rows: int
    ordered: int
    columns: Mapping[str, int]


@dataclass(frozen=True)
class ChecksumQuery:
    """One SELECT that answers one row; `left_out` are (column, reason) that it cannot look at."""

    sql: str
    columns: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...] = ()

    def read(self, answer: Sequence[object]) -> Checksum:
        """The checksum in the row that the engine answered."""
        numbers = [int(str(value or 0)) for value in answer]
        return Checksum(numbers[0], numbers[1], dict(zip(self.columns, numbers[2:], strict=True)))


def checksum_query(schema: Schema, table: Table, dialect: str, source: str | None = None) -> ChecksumQuery:
    """The query for one table in an engine's SQL.

    Args:
        schema: where the types of the columns are looked up.
        table: whose columns; generated ones are the engine's own doing and left out.
        dialect: "duckdb", "postgres" or "spark".
        source: what stands after FROM, such as a sub-select with an alias; the table itself when left out.

    Raises:
        UnknownName: there are no checksums for that engine.
    """
    if dialect not in _CANONICAL:
        raise UnknownName("dialect for checksums", dialect, list(_CANONICAL))
    words, engine = words_for(dialect), _CANONICAL[dialect]
    kinds = {column.name: kind_of(schema, column) for column in table.columns}
    left_out = [(column.name, "it is generated") for column in table.columns if column.generated is not None]
    left_out += [
        (name, _LEFT_OUT[kind.family])
        for name, kind in kinds.items()
        if kind.family in _LEFT_OUT and table.column(name).generated is None
    ]
    names = [name for name in kinds if name not in dict(left_out)]
    texts = [
        f"coalesce('=' || {_text(engine, kinds[name], words.quote(name))}, '~') AS c{at}"
        for at, name in enumerate(names)
    ]
    key = table.primary_key.columns if table.primary_key and set(table.primary_key.columns) <= set(names) else names
    order = " || '|' || ".join(f"c{names.index(name)}" for name in key) or "''"
    whole = engine.bits(" || '|' || ".join(f"c{at}" for at in range(len(names))) or "''")
    places = f"row_number() OVER (ORDER BY {order}{engine.collation})"
    sums = [f"sum({engine.wide} * place)", *(f"sum({engine.bits(f'c{at}')})" for at in range(len(names)))]
    sql = (
        f"SELECT count(*), {', '.join(f'CAST({total} AS DECIMAL(38, 0))' for total in sums)}\n"
        f"FROM (SELECT *, {whole} AS whole, {places} AS place\n"
        f"FROM (SELECT {', '.join(texts) or '1 AS one'} FROM {source or words.table(table.qname)}) AS texts) AS placed"
    )
    return ChecksumQuery(sql, tuple(names), tuple(left_out))


@dataclass(frozen=True)
class _Engine:
    """How one engine writes canonical texts: by family, else as text. `wide` is the row's hash as a wide number."""

    families: Mapping[str, Callable[[str], str]]
    bits: Callable[[str], str]
    wide: str
    text: str
    length: str
    first: int
    collation: str = ""


def _text(engine: _Engine, kind: Kind, value: str) -> str:
    if kind.array:
        items = [_scalar(engine, kind, f"{value}[{engine.first + at}]") for at in range(2)]
        length = f"CAST({engine.length.format(value)} AS {engine.text})"
        return f"{length} || ':' || coalesce({items[0]}, '~') || ':' || coalesce({items[1]}, '~')" if items else length
    return _scalar(engine, kind, value)


def _scalar(engine: _Engine, kind: Kind, value: str) -> str:
    if kind.written == "money" and "money" in engine.families:
        return engine.families["money"](value)
    if kind.family in engine.families:
        return engine.families[kind.family](value)
    return f"CAST({value} AS {engine.text})"


def _trimmed(text: str) -> str:
    """A decimal without trailing zeros."""
    return f"CASE WHEN position('.' IN {text}) > 0 THEN trim(TRAILING '.' FROM trim(TRAILING '0' FROM {text})) ELSE {text} END"


def _truth(value: str) -> str:
    return f"CASE WHEN {value} THEN 't' WHEN NOT {value} THEN 'f' END"


def _bare_range(text: str) -> str:
    return f"""replace(replace({text}, '"', ''), '+00', '')"""


def _millionths(value: str, double: str, text: str) -> str:
    return f"CAST(CAST(floor(CAST({value} AS {double}) * 1000000 + 0.5) AS BIGINT) AS {text})"


def _duckdb_trimmed(value: str) -> str:
    """DuckDB writes .5 where all digits stand after the point."""
    text = rf"regexp_replace(CAST({value} AS VARCHAR), '^(-?)[.]', '\10.')"
    return f"CASE WHEN position('.' IN {text}) > 0 THEN rtrim(rtrim({text}, '0'), '.') ELSE {text} END"


_DUCKDB = _Engine(
    families={
        "decimal": _duckdb_trimmed,
        "real": lambda value: _millionths(value, "DOUBLE", "VARCHAR"),
        "boolean": _truth,
        "timestamp": lambda value: f"CAST(epoch_us({value}) AS VARCHAR)",
        "timestamptz": lambda value: f"CAST(epoch_us({value}) AS VARCHAR)",
        "time": lambda value: f"left(CAST({value} AS VARCHAR), 8)",
        "interval": lambda value: f"CAST(CAST(epoch({value}) AS BIGINT) AS VARCHAR)",
        "bytes": lambda value: f"lower(hex({value}))",
        "range": lambda value: _bare_range(f"CAST({value} AS VARCHAR)"),
    },
    bits=lambda text: f"CAST('0x' || left(md5({text}), 15) AS BIGINT)",
    wide="CAST(whole AS HUGEINT)",
    text="VARCHAR",
    length="len({})",
    first=1,
)
_POSTGRES = _Engine(
    families={
        "decimal": lambda value: _trimmed(f"CAST({value} AS text)"),
        "money": lambda value: _trimmed(f"CAST(CAST({value} AS numeric) AS text)"),
        "real": lambda value: _millionths(value, "double precision", "text"),
        "boolean": _truth,
        "timestamp": lambda value: f"CAST(CAST(extract(epoch FROM {value}) * 1000000 AS bigint) AS text)",
        "timestamptz": lambda value: f"CAST(CAST(extract(epoch FROM {value}) * 1000000 AS bigint) AS text)",
        "date": lambda value: f"to_char({value}, 'YYYY-MM-DD')",
        "time": lambda value: f"left(CAST({value} AS text), 8)",
        "interval": lambda value: f"CAST(CAST(extract(epoch FROM {value}) AS bigint) AS text)",
        "bytes": lambda value: f"encode({value}, 'hex')",
        "inet": lambda value: f"host({value})",
        "range": lambda value: _bare_range(f"CAST({value} AS text)"),
    },
    bits=lambda text: f"CAST(CAST('x0' || left(md5({text}), 15) AS bit(64)) AS bigint)",
    wide="CAST(whole AS numeric)",
    text="text",
    length="cardinality({})",
    first=1,
    collation=' COLLATE "C"',
)
_SPARK = _Engine(
    families={
        "decimal": lambda value: _trimmed(f"CAST({value} AS STRING)"),
        "real": lambda value: _millionths(value, "DOUBLE", "STRING"),
        "boolean": _truth,
        "timestamp": lambda value: f"CAST(unix_micros(CAST({value} AS TIMESTAMP)) AS STRING)",
        "timestamptz": lambda value: f"CAST(unix_micros({value}) AS STRING)",
        "time": lambda value: f"left({value}, 8)",
        "interval": lambda value: (
            f"CAST(CAST(extract(DAY FROM {value}) * 86400 + extract(HOUR FROM {value}) * 3600 "
            f"+ extract(MINUTE FROM {value}) * 60 + extract(SECOND FROM {value}) AS BIGINT) AS STRING)"
        ),
        "bytes": lambda value: f"lower(hex({value}))",
        "range": lambda value: _bare_range(f"CAST({value} AS STRING)"),
    },
    bits=lambda text: f"CAST(conv(left(md5({text}), 15), 16, 10) AS DECIMAL(20, 0))",
    wide="whole",
    text="STRING",
    length="size({})",
    first=0,
)
_CANONICAL = {"duckdb": _DUCKDB, "postgres": _POSTGRES, "spark": _SPARK}
