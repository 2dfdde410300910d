"""Which database a text of SQL is written for, told by the words that only one of them has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

_LOOKED_AT = 60_000
_OFTEN_ENOUGH = 5
_DEFAULT = "postgres"

# A mark that several databases share counts little, one that only one has counts much, one that it cannot have against it.
_MARKS: dict[str, tuple[tuple[float, str], ...]] = {
    "postgres": (
        (2, r"\$\$|\$\w+\$"),
        (2, r"[\w')]::\s*\w"),
        (2, r"\b(?:BIG|SMALL)?SERIAL\b"),
        (2, r"\bTIMESTAMPTZ\b|\bWITH TIME ZONE\b"),
        (3, r"\bBYTEA\b|\bJSONB\b|\bTSVECTOR\b|\bCITEXT\b"),
        (4, r"\bOWNER TO\b|\bALTER TABLE ONLY\b|\bFROM stdin\b|\bLANGUAGE '?plpgsql\b"),
        (5, r"\bCREATE EXTENSION\b|\bCREATE POLICY\b|\bROW LEVEL SECURITY\b|\bsearch_path\b|\bpg_catalog\."),
        (2, r"\bUSING (?:btree|gin|gist|brin)\b|\bnextval\s*\("),
        (2, r"\bCREATE DOMAIN\b|\bAS ENUM\b|\bcharacter varying\b"),
        (4, r"^\\(?:c|connect|restrict|set|echo|i)\b"),
        (0.5, r"\bTEXT\b|\bBOOLEAN\b|\bUUID\b"),
        (-3, r"[\w\"]\s+(?:DATETIME|TINYINT|(?:LONG|MEDIUM)?BLOB|LONGTEXT)\s*(?:,|\(|NOT\b|NULL\b|DEFAULT\b|\n)"),
    ),
    "sqlite": (
        (5, r"\bAUTOINCREMENT\b(?!\s+(?:START|INCREMENT))|\bWITHOUT\s+ROWID\b|\bsqlite_\w+|\bUSING\s+fts[345]\b"),
        (4, r"^\s*PRAGMA\b|\)\s*STRICT\s*(?:;|,|$)|\bd1_migrations\b"),
        (
            3,
            r"\bstrftime\s*\(|\bunixepoch\s*\(|\bjulianday\s*\(|\bdatetime\s*\(\s*''|\bON CONFLICT (?:REPLACE|IGNORE)\b",
        ),
        (5, r"\bCOLLATE\s+NOCASE\b"),
        (1, r"\bINTEGER\s+(?:NOT NULL\s+)?PRIMARY KEY\b"),
        (0.5, r"\bTEXT\b|\bBLOB\b|\bDATETIME\b"),
    ),
    "mysql": (
        (5, r"\bENGINE\s*=|\bAUTO_INCREMENT\b|/\*!\d{5}|\bON UPDATE CURRENT_TIMESTAMP\b|\bUNLOCK TABLES\b"),
        (4, r"^\s*DELIMITER\b"),
        (3, r"\bUNSIGNED\b|\bMEDIUMINT\b|\b(?:TINY|MEDIUM|LONG)(?:TEXT|BLOB)\b|\b(?:CHARSET|CHARACTER SET)\b"),
        (2, r"`\w+`\s+\w|\bKEY\s+`|\bENUM\s*\(''|\b(?:TINY|SMALL|BIG)?INT\s*\(\d+\)"),
        # SQLite takes these names of types too.
        (0.5, r"\bDATETIME\s*(?:NOT|NULL|DEFAULT|,|\()|\bTINYINT\b"),
        # A name in double quotes is a string there.
        (-3, r"^\s*\"\w+\"\s+\w"),
        (1, r"`\w+`"),
    ),
    "sqlserver": (
        (5, r"^\s*GO\s*;?\s*$|\[dbo\]|\bdbo\.\w|\bsp_addextendedproperty\b|\bSET (?:ANSI_NULLS|QUOTED_IDENTIFIER)\b"),
        (4, r"\b(?:NON)?CLUSTERED\b|\bROWGUIDCOL\b|\bOBJECT_ID\s*\("),
        (3, r"\bNVARCHAR\s*\(|\[nvarchar\]|\bUNIQUEIDENTIFIER\b|\bDATETIME(?:2|OFFSET)\b|\bIDENTITY\s*\(\s*\d"),
        (2, r"(?<![\w\]\[])\[\w+\]\s*[\[\w(,.]|\bGETDATE\s*\(|\bN''"),
    ),
    "oracle": (
        (5, r"\bN?VARCHAR2\b|\bCREATE OR REPLACE (?:EDITIONABLE|PACKAGE)\b|\bPCTFREE\b"),
        (4, r"^\s*/\s*$|^(?:PROMPT|SPOOL|WHENEVER|REM)\b"),
        (3, r"\bSYS(?:DATE|TIMESTAMP)\b|\bNUMBER\s*\(|\bNCLOB\b|\.nextval\b"),
        (2, r"\bCLOB\b|\bNUMBER\b|\bTABLESPACE\b|\bENABLE\b"),
    ),
    "duckdb": (
        (5, r"\bCREATE\s+(?:OR REPLACE\s+)?MACRO\b|\bread_(?:parquet|csv|json)\w*\s*\("),
        (4, r"\b(?:U?HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT)\b|\bTIMESTAMP_(?:NS|MS|S)\b"),
        (3, r"\bSTRUCT\s*\(|\bMAP\s*\(|\bUNION\s*\(\w+\s+\w+,|\bVARCHAR\s*\[|^\s*INSTALL\s+\w+;"),
    ),
    "snowflake": (
        (5, r"\bVARIANT\b|\bTIMESTAMP_(?:NTZ|LTZ|TZ)\b|\bDATA_RETENTION_TIME_IN_DAYS\b|\bMASKING POLICY\b"),
        (5, r"\bCREATE\s+(?:OR REPLACE\s+)?(?:TRANSIENT|STAGE|WAREHOUSE|FILE FORMAT|STREAM|PIPE|TASK|DYNAMIC)\b"),
        (3, r"\bCREATE OR REPLACE TABLE\b|\bCLUSTER BY\b|\bAUTOINCREMENT\s+START\b|\bCOPY GRANTS\b"),
        (2, r"\bNUMBER\s*\(\s*38"),
    ),
    "bigquery": (
        (5, r"\b(?:INT64|FLOAT64|BIGNUMERIC)\b|\b(?:ARRAY|STRUCT)\s*<|`[\w-]+\.[\w-]+\.[\w-]+`"),
        (4, r"\bOPTIONS\s*\("),
        (2, r"\bSTRING\b|\bPARTITION BY (?:DATE|TIMESTAMP_TRUNC|RANGE_BUCKET)\b"),
    ),
}
_COMPILED = {
    dialect: tuple((weight, re.compile(mark, re.IGNORECASE | re.MULTILINE)) for weight, mark in marks)
    for dialect, marks in _MARKS.items()
}
_IN_A_NAME = {
    "postgres": r"postgres|pgsql|(?<![a-z])pg(?![a-z])|supabase",
    "sqlite": r"sqlite|(?<![a-z])d1(?![a-z])",
    "mysql": r"mysql|mariadb",
    "sqlserver": r"mssql|sqlserver|sql-server|(?<![a-z])tsql",
    "oracle": r"oracle",
    "duckdb": r"duckdb",
    "snowflake": r"snowflake",
    "bigquery": r"bigquery",
}
_NAME_WEIGHT = 6
# `id integer PRIMARY KEY, name text` is SQLite's habit, but PostgreSQL's too.
_MARGIN = 4
_NOISE = re.compile(r"(?<=')(?:[^'\n]|'')*(?=')|(?:--|#)[^\n]*")


def guess_dialect(texts: Iterable[str], names: Iterable[str] = ()) -> str:
    """The dialect that the texts look like; PostgreSQL where nothing tells.

    Args:
        texts: the SQL.
        names: the names of the files and of the folders around them, which often say it.
    """
    scores = dict.fromkeys(_MARKS, 0.0)
    for text in _sample(texts):
        for dialect, marks in _COMPILED.items():
            scores[dialect] += sum(weight * min(_OFTEN_ENOUGH, _count(mark, text)) for weight, mark in marks)
    # The path of a file may name its database, the file's own name more so, but only words inside it prove one.
    for name in names:
        for dialect, mark in _IN_A_NAME.items():
            for part in (name, PurePath(name).name):
                if re.search(mark, part, re.IGNORECASE):
                    scores[dialect] += _NAME_WEIGHT
    if max(scores.values()) < scores[_DEFAULT] + _MARGIN:
        return _DEFAULT
    return max(scores, key=lambda dialect: scores[dialect])


def _count(mark: re.Pattern[str], text: str) -> int:
    found = 0
    for _ in mark.finditer(text):
        found += 1
        if found == _OFTEN_ENOUGH:
            break
    return found


def _sample(texts: Iterable[str]) -> list[str]:
    """Not more of the texts than is needed, without what stands in strings and comments."""
    sample, left = [], _LOOKED_AT
    for text in texts:
        if left <= 0:
            break
        sample.append(_NOISE.sub("", text[:left]))
        left -= len(text)
    return sample
