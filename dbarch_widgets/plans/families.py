"""What kind of step an operator is, across engines, and what to call it in a sentence."""

from __future__ import annotations

import re

from dbarch_widgets.model.plan import PlanNode

_JOIN = re.compile(r"Nested Loop|(?:Hash|Merge)\b.* Join|Hash Join|Merge Join|\w*_JOIN\b|CROSS_PRODUCT|POSITIONAL_SCAN")
_AGGREGATE = re.compile(
    r"(?:Partial |Finalize )?\w*Aggregate|Group|Unique|\w*GROUP_BY|\w*AGGREGATE|USE TEMP B-TREE FOR (?:GROUP BY|DISTINCT)"
)
_SORT = re.compile(r"(?:Incremental )?Sort|ORDER_BY|TOP_N|USE TEMP B-TREE FOR .*ORDER BY")
_WRITE = re.compile(
    r"(?:Foreign )?(?:Insert|Update|Delete|Merge)|(?:BATCH_)?INSERT|UPDATE|DELETE(?:_OPERATOR)?|MERGE_INTO"
)
_APPEND = re.compile(r"(?:Merge )?Append|UNION(?: ALL)?|COMPOUND QUERY|MERGE \(.*\)|(?:Hash)?SetOp.*")


def plain_operator(operator: str) -> str:
    """The operator without `Parallel` and `Async`."""
    return operator.removeprefix("Parallel ").removeprefix("Async ")


def family(node: PlanNode) -> str:
    """The kind of step."""
    operator = plain_operator(node.operator)
    if _WRITE.fullmatch(operator):
        return "write"
    if node.table is not None:
        return "scan"
    if operator.startswith("Bitmap"):
        return "bitmap"
    for pattern, name in ((_JOIN, "join"), (_AGGREGATE, "aggregate"), (_SORT, "sort"), (_APPEND, "append")):
        if pattern.fullmatch(operator):
            return name
    if operator in ("Gather", "Gather Merge"):
        return "gather"
    if "LIMIT" in operator.upper():
        return "limit"
    if operator in ("CTE Scan", "CTE_SCAN", "WorkTable Scan"):
        return "cte"
    return "hash" if operator == "Hash" else operator.lower()


_SCANS = {
    "Seq Scan": "sequential scan",
    "Sequential Scan": "sequential scan",
    "SEQ_SCAN": "sequential scan",
    "TABLE_SCAN": "table scan",
    "SCAN": "full scan",
    "Index Scan": "index scan",
    "Index Scan Backward": "index scan backwards",
    "Index Only Scan": "index-only scan",
    "Index Only Scan Backward": "index-only scan backwards",
    "Bitmap Heap Scan": "bitmap scan",
    "SEARCH": "index search",
    "Foreign Scan": "foreign scan",
    "Sample Scan": "sample scan",
    "Tid Scan": "scan by row address",
    "Tid Range Scan": "scan by row addresses",
}


def reads_whole_table(node: PlanNode) -> bool:
    """Whether the scan goes through every row of its table, by no index."""
    operator = plain_operator(node.operator)
    return operator in ("Seq Scan", "Sequential Scan", "SEQ_SCAN") or (operator == "SCAN" and node.index is None)


def index_of(node: PlanNode) -> str | None:
    """The index by which a scan finds its rows; of a bitmap scan those of its parts."""
    if node.index or plain_operator(node.operator) != "Bitmap Heap Scan":
        return node.index
    found = [part.index for child in node.children if child.subplan is None for part in child.walk() if part.index]
    return " and ".join(dict.fromkeys(found)) or None


def name_of(node: PlanNode) -> str:
    """`the sequential scan of orders`, `the hash join`, `the sort by total`: for the middle of a sentence."""
    return f"the {bare_name(node)}"


def bare_name(node: PlanNode) -> str:
    """The same without the article."""
    operator = plain_operator(node.operator)
    parallel = "parallel " if operator != node.operator and node.operator.startswith("Parallel") else ""
    if node.table is not None:
        return f"{parallel}{_scan_words(node, operator)}"
    if operator.startswith("USE TEMP B-TREE FOR "):
        return operator.replace("USE TEMP B-TREE FOR ", "temporary tree for ")
    kind = family(node)
    if kind == "join":
        return parallel + operator.lower().replace("_", " ")
    if kind == "sort" and (key := node.condition("Sort Key")):
        return f"{parallel}{operator.lower().replace('_', ' ')} by {short(key)}"
    if kind == "cte":
        return f"scan of the CTE {node.fact('CTE Name') or node.alias or node.fact('CTE Index') or ''}".strip()
    if operator == "Bitmap Index Scan":
        return f"bitmap of index {node.index}"
    if operator == "Function Scan":
        return f"function scan of {node.fact('Function Name') or node.alias}"
    return parallel + (operator if operator.isupper() and " " in operator else operator.lower().replace("_", " "))


def _scan_words(node: PlanNode, operator: str) -> str:
    words = _SCANS.get(operator, operator.lower())
    of = "on" if family(node) == "write" else "of"
    called = f"{node.table} {node.alias}" if node.alias else str(node.table)
    if operator == "SCAN" and node.index:
        words = "scan of a whole index"
    return f"{words} {of} {called}" + (f" by {index}" if (index := index_of(node)) else "")


def short(text: str, limit: int = 120) -> str:
    """An expression on one line, cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
