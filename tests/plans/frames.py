"""What clients draw around the lines of a plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Frame = Callable[[Sequence[str]], str]
TITLE = "QUERY PLAN"


def plain(lines: Sequence[str]) -> str:
    return "\n".join(lines)


def psql(lines: Sequence[str]) -> str:
    width = max(map(len, lines))
    return "\n".join(
        [f" {TITLE.center(width)}", "-" * (width + 2), *(f" {line}" for line in lines), f"({len(lines)} rows)", ""]
    )


def psql_border(lines: Sequence[str]) -> str:
    width = max(map(len, lines))
    rule = f"+{'-' * (width + 2)}+"
    body = [f"| {line.ljust(width)} |" for line in lines]
    return "\n".join([rule, f"| {TITLE.center(width)} |", rule, *body, rule, f"({len(lines)} rows)"])


def psql_unicode(lines: Sequence[str]) -> str:
    width = max(map(len, lines))
    bar = "─" * (width + 2)
    body = [f"│ {line.ljust(width)} │" for line in lines]
    return "\n".join([f"┌{bar}┐", f"│ {TITLE.center(width)} │", f"├{bar}┤", *body, f"└{bar}┘"])


def psql_one_field(lines: Sequence[str]) -> str:
    """A field of several lines: each but the last ends in `+`."""
    width = max(map(len, lines))
    body = [f" {line.ljust(width)}+" for line in lines[:-1]]
    return "\n".join([f" {TITLE.center(width)}", "-" * (width + 3), *body, f" {lines[-1]}", "(1 row)", ""])


def csv(lines: Sequence[str]) -> str:
    doubled = (line.replace('"', '""') for line in lines)
    return "\n".join([f'"{TITLE}"', *(f'"{line}"' for line in doubled)])


def csv_one_field(lines: Sequence[str]) -> str:
    return csv(["\n".join(lines)])


def dbeaver(lines: Sequence[str]) -> str:
    width = max(map(len, lines))
    return "\n".join([f"{TITLE.ljust(width)}|", f"{'-' * width}+", *(f"{line.ljust(width)}|" for line in lines)])


def session(lines: Sequence[str]) -> str:
    """psql with the statement as it was typed."""
    return f"shop=# EXPLAIN (ANALYZE) SELECT *\nshop-# FROM orders;\n{psql(lines)}\nshop=# "


def log(lines: Sequence[str]) -> str:
    lead = "2026-01-01 00:00:00.000 UTC [12]"
    body = "\n".join(f"\t{line}" for line in lines)
    return f"{lead} LOG:  duration: 17.002 ms  plan:\n\tQuery Text: select 1\n\tfrom x\n{body}\n{lead} LOG:  checkpoint"


FRAMES: tuple[Frame, ...] = (plain, psql, psql_border, psql_unicode, csv, dbeaver, session, log)
FIELD_FRAMES: tuple[Frame, ...] = (plain, psql_one_field, csv_one_field, psql_border)
