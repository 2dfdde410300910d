"""Prints expressions in the one form that a text and a catalog have in common.

The catalog writes out what PostgreSQL added: casts of literals (`'open'::text`), casts between text types and between
number types, `= ANY (ARRAY[…])` for IN, `>= … AND <= …` for BETWEEN, `~~` for LIKE. Here both sides lose the casts that
PostgreSQL would add again, and get IN, BETWEEN and LIKE back. A cast stays where it says something: where it changes the
type of a column, or tells the type of a literal that nothing else tells. Kinds of nodes that are not handled here are
left to the deparser.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.casts import Casts
from dbarch_widgets.importers.postgres.deparsing import call_name, deparse, quote, type_text
from dbarch_widgets.importers.postgres.fallback import deparse_subquery, deparse_with
from dbarch_widgets.importers.postgres.kinds import Columns
from dbarch_widgets.importers.postgres.literals import quoted
from dbarch_widgets.importers.postgres.scopes import Scope, TypesOf

Node = Any

# How tightly an operator binds, from PostgreSQL's grammar.
OR, AND, NOT, IS, COMPARE, LIKE, OTHER, ADD, MULTIPLY, POWER, COLLATE, MINUS, CAST, ATOM = range(14)
_BINDS = {"+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY, "%": MULTIPLY, "^": POWER}
_BINDS |= dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), COMPARE)
_WORDS = {"~~": "LIKE", "!~~": "NOT LIKE", "~~*": "ILIKE", "!~~*": "NOT ILIKE"}
_NULL_TEST = {pb.IS_NULL: "IS NULL", pb.IS_NOT_NULL: "IS NOT NULL"}
_TRUTH_TEST = {
    pb.IS_TRUE: "IS TRUE", pb.IS_NOT_TRUE: "IS NOT TRUE", pb.IS_FALSE: "IS FALSE", pb.IS_NOT_FALSE: "IS NOT FALSE",
    pb.IS_UNKNOWN: "IS UNKNOWN", pb.IS_NOT_UNKNOWN: "IS NOT UNKNOWN",
}  # fmt: skip
_LISTED = {(pb.AEXPR_OP_ANY, "="): "IN", (pb.AEXPR_OP_ALL, "<>"): "NOT IN"}

Shown = tuple[str, int]


class Printer:
    """Prints the expressions of one table; `columns` has the types of its columns, as far as they are known."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._casts = Casts(columns)

    def text(self, node: Node) -> str:
        """The expression as a whole."""
        return self.show(node)[0]

    def show(self, node: Node) -> Shown:
        """The text of a node and how tightly its outermost part binds."""
        kind = node.WhichOneof("node")
        handler = _HANDLERS.get(kind)
        return handler(self, node) if handler else (self._whole(node), _OTHERS.get(kind, OR))

    def inside(self, node: Node, least: int) -> str:
        """The text, in parentheses where it binds less tightly than its surroundings need."""
        text, binds = self.show(node)
        return text if binds >= least else f"({text})"

    def _whole(self, node: Node) -> str:
        """What only the deparser can print, with the expressions in it printed here."""
        return deparse_with(node, self.text)

    def _constant(self, node: Node) -> Shown:
        constant = node.a_const
        kind = constant.WhichOneof("val")
        if kind == "sval":
            return quoted(constant.sval.sval), ATOM
        if kind == "ival":
            value = constant.ival.ival
            return str(value), ATOM if value >= 0 else MINUS
        if kind == "fval":
            text = constant.fval.fval
            return text, MINUS if text.startswith("-") else ATOM
        if kind == "boolval":
            return ("true" if constant.boolval.boolval else "false"), ATOM
        return deparse(node), ATOM

    def _column(self, node: Node) -> Shown:
        fields = node.column_ref.fields
        if any(field.WhichOneof("node") != "string" for field in fields):
            return deparse(node), ATOM
        parts = [field.string.sval for field in fields]
        if len(parts) == 1 and isinstance(self._columns, Scope):
            place = self._columns.place(parts[0])
            parts = [place, *parts] if place else parts
        elif len(parts) > 1 and isinstance(self._columns, TypesOf) and self._columns.holds(parts):
            # The catalog names no table where there is only one.
            parts = parts[-1:]
        return ".".join([quote(part) for part in parts]), ATOM

    def _cast(self, node: Node) -> Shown:
        literal = self._casts.literal(node)
        if literal is not None:
            return literal, CAST
        return f"{self.inside(node.type_cast.arg, CAST)}::{type_text(node.type_cast.type_name)}", CAST

    def _call(self, node: Node) -> Shown:
        call = node.func_call
        name = call_name(call)
        if name is None:
            return self._whole(node), IS
        arguments = self._casts.arguments(call)
        return f"{name}({', '.join([self.text(argument) for argument in arguments])})", ATOM

    def _operator(self, node: Node) -> Shown:
        expression = node.a_expr
        kind = expression.kind
        if kind in (pb.AEXPR_OP, pb.AEXPR_LIKE, pb.AEXPR_ILIKE) and len(expression.name) == 1:
            return self._plain_operator(expression)
        if kind == pb.AEXPR_IN or (kind, expression.name[-1].string.sval) in _LISTED:
            return self._in(node)
        if kind in (pb.AEXPR_DISTINCT, pb.AEXPR_NOT_DISTINCT):
            left, right = self._casts.operands(expression.lexpr, expression.rexpr)
            word = "IS DISTINCT FROM" if kind == pb.AEXPR_DISTINCT else "IS NOT DISTINCT FROM"
            return f"{self.inside(left, COMPARE)} {word} {self.inside(right, COMPARE)}", IS
        if kind == pb.AEXPR_NULLIF:
            left, right = self._casts.operands(expression.lexpr, expression.rexpr)
            return f"NULLIF({self.text(left)}, {self.text(right)})", ATOM
        if kind in (pb.AEXPR_BETWEEN, pb.AEXPR_NOT_BETWEEN):
            return self._between(expression, negated=kind == pb.AEXPR_NOT_BETWEEN)
        return self._whole(node), COMPARE

    def _plain_operator(self, expression: Node) -> Shown:
        operator = expression.name[0].string.sval
        if operator in ("=", "<>") and (rows := _rows(expression)):
            return self.show(rows)
        if not expression.HasField("lexpr"):
            return f"{operator} {self.inside(expression.rexpr, MINUS)}", MINUS if operator in "+-" else OTHER
        left, right = self._casts.operands(expression.lexpr, expression.rexpr, operator)
        word, binds = _WORDS.get(operator, operator), _BINDS.get(operator, OTHER)
        if operator in _WORDS:
            binds = LIKE
        # Operators group to the left; comparisons do not group at all.
        first = self.inside(left, binds + 1 if binds in (COMPARE, LIKE) else binds)
        return f"{first} {word} {self.inside(right, binds + 1)}", binds

    def _between(self, expression: Node, *, negated: bool) -> Shown:
        left = expression.lexpr
        bounds = expression.rexpr.list.items
        low, high = (self._casts.operands(left, bound) for bound in bounds)
        subject = self.inside(low[0], LIKE + 1)
        low_text, high_text = self.inside(low[1], OTHER), self.inside(high[1], OTHER)
        if negated:
            return f"{subject} < {low_text} OR {subject} > {high_text}", OR
        return f"{subject} BETWEEN {low_text} AND {high_text}", LIKE

    def _in(self, node: Node) -> Shown:
        expression = node.a_expr
        kind, operator = expression.kind, expression.name[-1].string.sval
        items = self._casts.listed(expression)
        if items is None:
            if kind == pb.AEXPR_IN:
                return self._whole(node), LIKE
            left, right = self._casts.any_operands(expression)
            word = "ANY" if kind == pb.AEXPR_OP_ANY else "ALL"
            return f"{self.inside(left, COMPARE + 1)} {operator} {word} ({self.text(right)})", COMPARE
        pairs = self._casts.pairs(expression.lexpr, items)
        subject = self.inside(pairs[0][0], LIKE + 1)
        # A list of one is an equation, and a list with columns in it a chain of them.
        if (len(items) == 1 and kind == pb.AEXPR_IN) or any(_has_column(item) for item in items):
            joint = " OR " if operator == "=" else " AND "
            text = joint.join(f"{subject} {operator} {self.inside(item, COMPARE + 1)}" for _, item in pairs)
            return text, COMPARE if len(items) == 1 else OR if operator == "=" else AND
        listed = ", ".join(self.text(item) for _, item in pairs)
        return f"{subject} {'IN' if operator == '=' else 'NOT IN'} ({listed})", LIKE

    def _logic(self, node: Node) -> Shown:
        expression = node.bool_expr
        if expression.boolop == pb.NOT_EXPR:
            inner = expression.args[0]
            if inner.WhichOneof("node") == "a_expr" and inner.a_expr.kind == pb.AEXPR_DISTINCT:
                left, right = self._casts.operands(inner.a_expr.lexpr, inner.a_expr.rexpr)
                return f"{self.inside(left, COMPARE)} IS NOT DISTINCT FROM {self.inside(right, COMPARE)}", IS
            return f"NOT {self.inside(expression.args[0], NOT)}", NOT
        binds, word = (AND, " AND ") if expression.boolop == pb.AND_EXPR else (OR, " OR ")
        parts = [self.inside(part, binds) for part in _ranges(list(_flat(expression, expression.boolop)))]
        return word.join(parts), binds

    def _null_test(self, node: Node) -> Shown:
        return f"{self.inside(node.null_test.arg, IS + 1)} {_NULL_TEST[node.null_test.nulltesttype]}", IS

    def _truth_test(self, node: Node) -> Shown:
        return f"{self.inside(node.boolean_test.arg, IS + 1)} {_TRUTH_TEST[node.boolean_test.booltesttype]}", IS

    def _coalesce(self, node: Node) -> Shown:
        parts = self._casts.siblings(list(node.coalesce_expr.args))
        return f"COALESCE({', '.join([self.text(part) for part in parts])})", ATOM

    def _least(self, node: Node) -> Shown:
        parts = self._casts.siblings(list(node.min_max_expr.args))
        name = "GREATEST" if node.min_max_expr.op == pb.IS_GREATEST else "LEAST"
        return f"{name}({', '.join([self.text(part) for part in parts])})", ATOM

    def _case(self, node: Node) -> Shown:
        case = node.case_expr
        results = [when.case_when.result for when in case.args]
        results += [case.defresult] if case.HasField("defresult") else []
        shown = [self.text(part) for part in self._casts.siblings(results)]
        parts = ["CASE"]
        if case.HasField("arg"):
            parts.append(self.text(case.arg))
        for when, result in zip(case.args, shown, strict=False):
            condition = when.case_when.expr
            if case.HasField("arg"):
                condition = self._casts.operands(case.arg, condition)[1]
            parts.append(f"WHEN {self.text(condition)} THEN {result}")
        # PostgreSQL prints the ELSE NULL that nobody wrote.
        if case.HasField("defresult") and shown[-1].partition("::")[0].upper() != "NULL":
            parts.append(f"ELSE {shown[-1]}")
        return " ".join([*parts, "END"]), ATOM

    def _array(self, node: Node) -> Shown:
        items = self._casts.siblings(list(node.a_array_expr.elements))
        return f"ARRAY[{', '.join([self.text(item) for item in items])}]", ATOM

    def _subquery(self, node: Node) -> Shown:
        link = node.sub_link
        inside = Printer(Scope(link.subselect.select_stmt, self._columns))
        alone = link.sub_link_type in (pb.EXISTS_SUBLINK, pb.EXPR_SUBLINK, pb.ARRAY_SUBLINK)
        text = deparse_subquery(node, lambda test: self.inside(test, COMPARE + 1), inside.text)
        return text, ATOM if alone else COMPARE

    def _collate(self, node: Node) -> Shown:
        name = ".".join([quote(part.string.sval) for part in node.collate_clause.collname])
        return f"{self.inside(self._casts.same_text(node.collate_clause.arg), COLLATE)} COLLATE {name}", COLLATE


_HANDLERS: dict[str | None, Callable[[Printer, Node], Shown]] = {
    "a_const": Printer._constant,
    "column_ref": Printer._column,
    "type_cast": Printer._cast,
    "func_call": Printer._call,
    "a_expr": Printer._operator,
    "bool_expr": Printer._logic,
    "null_test": Printer._null_test,
    "boolean_test": Printer._truth_test,
    "coalesce_expr": Printer._coalesce,
    "min_max_expr": Printer._least,
    "case_expr": Printer._case,
    "a_array_expr": Printer._array,
    "collate_clause": Printer._collate,
    "sub_link": Printer._subquery,
}
_OTHERS = {"sqlvalue_function": ATOM, "row_expr": ATOM, "param_ref": ATOM}


def _comparison(left: Node, operator: str, right: Node) -> Node:
    made = pb.A_Expr(kind=pb.AEXPR_OP)
    made.name.add().string.sval = operator
    made.lexpr.CopyFrom(left)
    made.rexpr.CopyFrom(right)
    return made


def _rows(expression: Node) -> Node | None:
    """`(a, b) = (1, 2)` as PostgreSQL takes it apart: `a = 1 AND b = 2`; None for everything else."""
    left, right = expression.lexpr.row_expr.args, expression.rexpr.row_expr.args
    if not left or len(left) != len(right):
        return None
    operator = expression.name[0].string.sval
    made = pb.Node()
    made.bool_expr.boolop = pb.AND_EXPR if operator == "=" else pb.OR_EXPR
    for one, two in zip(left, right, strict=True):
        made.bool_expr.args.add().a_expr.CopyFrom(_comparison(one, operator, two))
    return made


def _flat(expression: Node, operator: int) -> Any:
    for part in expression.args:
        if part.WhichOneof("node") == "bool_expr" and part.bool_expr.boolop == operator:
            yield from _flat(part.bool_expr, operator)
        else:
            yield part


def _ranges(parts: list[Node]) -> list[Node]:
    """`x >= a` followed by `x <= b` is `x BETWEEN a AND b`."""
    found: list[Node] = []
    for part in parts:
        last = found[-1] if found else None
        if last is not None and _is(last, ">=") and _is(part, "<=") and _same(last.a_expr.lexpr, part.a_expr.lexpr):
            both = pb.Node()
            both.a_expr.kind = pb.AEXPR_BETWEEN
            both.a_expr.name.add().string.sval = "BETWEEN"
            both.a_expr.lexpr.CopyFrom(last.a_expr.lexpr)
            both.a_expr.rexpr.list.items.extend([last.a_expr.rexpr, part.a_expr.rexpr])
            found[-1] = both
        else:
            found.append(part)
    return found


def _is(node: Node, operator: str) -> bool:
    return bool(
        node.WhichOneof("node") == "a_expr"
        and node.a_expr.kind == pb.AEXPR_OP
        and node.a_expr.name[-1].string.sval == operator
        and node.a_expr.HasField("lexpr")
    )


def _same(left: Node, right: Node) -> bool:
    return deparse(left) == deparse(right)


def _has_column(node: Node) -> bool:
    kind = node.WhichOneof("node")
    if kind == "type_cast":
        return _has_column(node.type_cast.arg)
    return kind not in ("a_const", "sqlvalue_function") and not (kind == "func_call" and not node.func_call.args)
