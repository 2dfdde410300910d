"""PostgreSQL's text plan → the document that its JSON form would be, so that both are read by the same code.

A node's line has an arrow, but for the first; what the node tells stands indented below it, then its children. The
column of the arrow says below which node it hangs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.plans.postgres_details import read_detail
from dbarch_widgets.plans.postgres_footer import Footer
from dbarch_widgets.plans.postgres_head import head_of, is_head

EXPECTED = "expected a line such as `Seq Scan on orders  (cost=0.00..25.00 rows=6 width=8)`"

_ARROW = re.compile(r"(?P<lead>\s*)->\s\s?(?P<head>\S.*)", re.DOTALL)
_PART = re.compile(r"(?P<lead>\s*)(?P<name>(?:InitPlan|SubPlan|CTE)\s\S.*)")
_TARGET = re.compile(r"(?:Foreign )?(?:Update|Delete|Insert|Merge) on (?P<object>\S.*)")


@dataclass
class _Open:
    """A node whose children may follow; its arrow stands in `column`, `told` is its part of the document."""

    column: int
    told: dict[str, Any]


@dataclass
class _Reader:
    footer: Footer = field(default_factory=Footer)
    top: dict[str, Any] | None = None
    open: list[_Open] = field(default_factory=list)
    part: tuple[int, str] | None = None
    last_key: str | None = None

    def read(self, number: int, line: str) -> None:
        """Take one line.

        Raises:
            InputError: it does not belong into a plan.
        """
        arrow = _ARROW.fullmatch(line)
        if self.top is None:
            self._start(number, arrow["head"] if arrow else line.strip(), len(line) - len(line.lstrip()))
        elif arrow and is_head(arrow["head"]):
            self._hang(number, len(arrow["lead"]), arrow["head"])
        elif self._part(line) or self.footer.take(line):
            self.last_key = None
        else:
            self._detail(number, line)

    def _start(self, number: int, head: str, column: int) -> None:
        if not is_head(head):
            raise InputError(f"not a node of a plan: {head[:60]!r}", where=f"line {number}", to_do=EXPECTED)
        self.top = head_of(head)
        # The top has no arrow; what hangs below it stands two columns further right.
        self.open = [_Open(column, self.top)]

    def _hang(self, number: int, column: int, head: str) -> None:
        told = head_of(head)
        inside = column
        if self.part:
            inside, told["Subplan Name"] = self.part
            self.part = None
        while self.open and self.open[-1].column >= inside:
            self.open.pop()
        if not self.open:
            raise InputError(
                f"this node hangs below none: {head[:60]!r}",
                where=f"line {number}",
                to_do="keep the leading blanks of the plan as PostgreSQL printed them",
            )
        self.open[-1].told.setdefault("Plans", []).append(told)
        self.open.append(_Open(column, told))
        self.last_key = None

    def _part(self, line: str) -> bool:
        found = _PART.fullmatch(line)
        if found is None or self.footer.inside:
            return False
        self.part = (len(found["lead"]), found["name"].strip())
        return True

    def _detail(self, number: int, line: str) -> None:
        node = self.open[-1].told
        target = _TARGET.fullmatch(line.strip())
        if target and node.get("Node Type") == "ModifyTable":
            node.setdefault("Target Tables", []).append({"Relation Name": _last_name(target["object"])})
            return
        targets = node.get("Target Tables")
        if targets and line.strip().startswith("Remote SQL: "):
            read_detail(targets[-1], line)  # what is sent for this partition
            return
        key = read_detail(node, line)
        if key is not None:
            self.last_key = key
        elif self.last_key and isinstance(node.get(self.last_key), str):
            node[self.last_key] += f"\n{line}"  # a line break inside an expression
        else:
            raise InputError(f"not a line of a plan: {line.strip()[:60]!r}", where=f"line {number}", to_do=EXPECTED)


def document_of(lines: list[tuple[int, str]]) -> dict[str, Any]:
    """The document of a plan in numbered lines, freed of what a client drew around it.

    Raises:
        InputError: a line is not of a plan; the message says which, and what was expected.
    """
    reader = _Reader()
    for number, line in lines:
        if line.strip():
            reader.read(number, line.expandtabs(4).rstrip())
    if reader.top is None:
        raise InputError("there is no plan in this text", to_do=EXPECTED)
    return {"Plan": reader.top, **reader.footer.told}


def _last_name(written: str) -> str:
    from dbarch_widgets.plans.postgres_head import names_in

    return names_in(written)[0][-1]
