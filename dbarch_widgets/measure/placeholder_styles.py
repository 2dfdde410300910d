"""Placeholders of other drivers (`$1`, `%s`, `%(name)s`, `?`) as `:name`."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
      --[^\n]*
    | /\*.*?\*/
    | \b[eE]'(?:[^'\\]|\\.|'')*'
    | '(?:[^']|'')*'
    | "(?:[^"]|"")*"
    | \$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$
    | \$(?P<number>\d+)
    | %\((?P<named>[A-Za-z_]\w*)\)s
    | (?<![\w%])%(?P<format>s)\b
    | (?P<before>[=<>(,]\s*|\b(?:LIKE|ILIKE|LIMIT|OFFSET|BETWEEN|AND|FIRST)\s+)\?(?=[\s,);:]|$)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def with_names(sql: str) -> str:
    """The statement with every placeholder as `:name`; numbered and bare ones become `:p1`, `:p2` …"""
    count = 0

    def change(match: re.Match[str]) -> str:
        nonlocal count
        if match["number"]:
            return f":p{match['number']}"
        if match["named"]:
            return f":{match['named']}"
        if match["format"] or match["before"]:
            count += 1
            return f"{match['before'] or ''}:p{count}"
        return match[0]

    return _TOKEN.sub(change, sql)
