"""Writes the documentation of the rules from the rules themselves.

python -m dbarch_widgets.rules.pages docs/rules
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from dbarch_widgets.rules.asks import paths_of
from dbarch_widgets.rules.base import SECTIONS, Rule
from dbarch_widgets.rules.registry import RULES
from dbarch_widgets.rules.weights import weights_of

_GENERATED = (
    "<!-- Made by `python -m dbarch_widgets.rules.pages docs/rules`; change the rule's docstring instead. -->\n"
)


def page(rule: Rule) -> str:
    """The page of one rule as Markdown."""
    needs = " and ".join(f"a{'n' if need == 'intake' else ''} {need}" for need in rule.needs) or "the schema only"
    facts = (
        "| name | area | severity | confidence | needs |\n|---|---|---|---|---|\n"
        f"| `{rule.name}` | {rule.area} | {rule.severity} | {rule.confidence} | {needs} |\n"
    )
    parts = [f"# {rule.title}\n", f"{rule.summary}.\n", facts]
    for name in SECTIONS:
        text = _escaped(" ".join(rule.sections[name].split()))
        if name == "Source":
            text = "\n".join(f"- {_escaped(source)}" for source in rule.references)
        parts.append(f"## {name}\n\n{text}\n")
    parts += _answers(rule)
    return "\n".join(parts)


def _answers(rule: Rule) -> Iterator[str]:
    """Which answers of the intake the rule looks at, and from where on they change what it says."""
    paths = sorted(paths_of(rule))
    if not paths:
        return
    lines = [f"- {', '.join(f'`{path}`' for path in paths)} {'is' if len(paths) == 1 else 'are'} looked at."]
    lines += [f"- `{path}`: {words}." for path, words in rule.turns]
    for weight in weights_of(rule.name):
        lines.append(f"- `{weight.path}`, {weight.when}: {weight.moves}.")
    yield "## Answers that change it\n\n" + "\n".join(lines) + "\n"


def index() -> str:
    """The list of all rules as Markdown, by area."""
    parts = [
        "# Rules\n",
        f"{len(RULES)} rules in {len({rule.area for rule in RULES})} areas. Severity and confidence are those of the usual "
        "finding; a rule raises or lowers them where the intake or the workload gives reason to.\n",
    ]
    for area, rules in groupby(RULES, key=lambda rule: rule.area):
        rows = "".join(
            f"| [`{rule.name}`]({rule.name}.md) | {rule.severity} | {rule.confidence} "
            f"| {', '.join(rule.needs) or 'schema'} | {rule.summary} |\n"
            for rule in rules
        )
        parts.append(
            f"## {area.capitalize()}\n\n| rule | severity | confidence | needs | it finds |\n|---|---|---|---|---|\n{rows}"
        )
    return "\n".join(parts)


def pages() -> Iterator[tuple[str, str]]:
    """File names with their texts, the index first."""
    yield "README.md", f"{_GENERATED}\n{index()}"
    for rule in RULES:
        yield f"{rule.name}.md", f"{_GENERATED}\n{page(rule)}"


# Pages of the folder that are about all rules, and made elsewhere.
OTHERS = ("coverage.md", "corpus_sample.md")


def write_pages(folder: Path) -> None:
    """Writes every page into the folder and removes those of rules that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = dict(pages())
    for path in folder.glob("*.md"):
        if path.name not in texts and path.name not in OTHERS:
            path.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _escaped(text: str) -> str:
    """Markdown takes `*`, `<` and `_` for itself; outside of backquotes they are meant as they stand."""
    parts = text.split("`")
    for number in range(0, len(parts), 2):
        for sign in "*<_":
            parts[number] = parts[number].replace(sign, "\\" + sign)
    return "`".join(parts)


if __name__ == "__main__":
    write_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/rules"))
