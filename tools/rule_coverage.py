"""docs/rules/coverage.md: every rule of the other schema linters by name, and which of ours finds the same, or why none does.

python -m tools.rule_coverage    writes it from rule_coverage.toml beside this file
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
DATA = Path(__file__).with_name("rule_coverage.toml")
PAGE = ROOT / "docs" / "rules" / "coverage.md"

HEAD = """<!-- Made by `make docs` from tools/rule_coverage.toml; change that instead. -->

# What other linters find, and where it is found here

Every rule of eight tools by its name (as of the middle of 2026), with the rules of ours that find the same, or why none does. Most rules of
[the catalogue](README.md) are not named below: none of these tools has anything like them.
"""


def tools() -> list[dict[str, Any]]:
    """The tools of the data file, each with its rules."""
    found: list[dict[str, Any]] = tomllib.loads(DATA.read_text(encoding="utf-8"))["tool"]
    return found


def coverage() -> str:
    """The text of the page."""
    every = tools()
    parts = [HEAD, _counts(every)]
    parts += [_table(tool) for tool in every]
    return "\n".join(parts)


def _counts(every: list[dict[str, Any]]) -> str:
    rows = [
        (tool["name"], len(tool["rules"]), sum("ours" in rule for rule in tool["rules"].values())) for tool in every
    ]
    rows.append(("together", sum(row[1] for row in rows), sum(row[2] for row in rows)))
    lines = [f"| {name} | {total} | {found} | {total - found} |" for name, total, found in rows]
    return "\n".join(["| tool | its rules | found here | not, with the reason |", "|---|---:|---:|---:|", *lines, ""])


def _table(tool: Mapping[str, Any]) -> str:
    lines = [
        f"## {tool['name']}",
        "",
        f"{tool['what'][0].upper()}{tool['what'][1:]}.",
        "",
        "| its rule | ours | |",
        "|---|---|---|",
    ]
    for name, rule in tool["rules"].items():
        ours = ", ".join(f"[`{each}`]({each}.md)" for each in rule.get("ours", ())) or "–"
        lines.append(f"| {_escaped(name)} | {ours} | {rule.get('note', '')} |")
    return "\n".join([*lines, ""])


def _escaped(name: str) -> str:
    return name.replace("_", "\\_").replace("*", "\\*")


if __name__ == "__main__":
    PAGE.write_text(coverage(), encoding="utf-8")
