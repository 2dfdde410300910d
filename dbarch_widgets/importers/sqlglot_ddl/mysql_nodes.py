"""Pieces of a MySQL expression, each with its text in the form in which MariaDB prints it.

MariaDB's forms in the order of `Item::print`: the fewest parentheses, keywords in lower case, `NOT` moved inwards, a
number in place of TRUE, one name for functions that have several.
"""

from __future__ import annotations

from typing import NamedTuple

# How tight an operator binds, the loosest first; a piece that binds looser than its surroundings gets parentheses.
OR, XOR, AND, NOT, COMPARE, BIT_OR, BIT_AND, SHIFT, INTERVAL, ADD, MULTIPLY, BIT_XOR, SIGN, COLLATE, ATOM = range(15)

BINARY: dict[str, tuple[str, int]] = {
    "OR": ("or", OR),
    "||": ("or", OR),
    "XOR": ("xor", XOR),
    "AND": ("and", AND),
    "&&": ("and", AND),
    "=": ("=", COMPARE),
    "<=>": ("<=>", COMPARE),
    "<>": ("<>", COMPARE),
    "!=": ("<>", COMPARE),
    "<": ("<", COMPARE),
    "<=": ("<=", COMPARE),
    ">": (">", COMPARE),
    ">=": (">=", COMPARE),
    "|": ("|", BIT_OR),
    "&": ("&", BIT_AND),
    "<<": ("<<", SHIFT),
    ">>": (">>", SHIFT),
    "+": ("+", ADD),
    "-": ("-", ADD),
    "*": ("*", MULTIPLY),
    "/": ("/", MULTIPLY),
    "DIV": ("DIV", MULTIPLY),
    "MOD": ("MOD", MULTIPLY),
    "%": ("MOD", MULTIPLY),
    "^": ("^", BIT_XOR),
}
_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED = {"in": "not in", "between": "not between", "like": "not like", "is null": "is not null"} | {
    f"is {truth}": f"is not {truth}" for truth in ("true", "false")
}
_BOTH_WAYS = _MIRRORED | {negative: positive for positive, negative in _MIRRORED.items()}
_TRUTHS = frozenset({*_OPPOSITE, "<=>", "or", "and", "xor", "not", "regexp", "truth", *_BOTH_WAYS})


class Piece(NamedTuple):
    """`op` is how it was made, of which parts; empty for what has no inside to negate. `tail` follows the last part."""

    text: str
    binds: int = ATOM
    op: str = ""
    parts: tuple[Piece, ...] = ()
    tail: str = ""


def within(piece: Piece, binds: int, strict: bool = False) -> str:
    """The text of a piece inside of something that binds so; `strict`: as its right side."""
    loose = piece.binds <= binds if strict else piece.binds < binds
    return f"({piece.text})" if loose else piece.text


def binary(op: str, left: Piece, right: Piece) -> Piece:
    """Two pieces and an operator of `BINARY`."""
    word, binds = BINARY[op]
    if binds in (OR, AND):
        left, right = truth(left), truth(right)
        parts = tuple(inner for side in (left, right) for inner in (side.parts if side.op == word else (side,)))
        return Piece(f" {word} ".join(within(part, binds) for part in parts), binds, word, parts)
    text = f"{within(left, binds)} {word} {within(right, binds, strict=True)}"
    return Piece(text, binds, word, (left, right))


def truth(piece: Piece) -> Piece:
    """A piece where a condition is wanted: a bare value is compared with zero."""
    if piece.op in _TRUTHS or piece.op == "constant":
        return piece
    return binary("<>", piece, Piece("0"))


def predicate(op: str, subject: Piece, text: str = "", tail: str = "") -> Piece:
    """`subject op text`, such as `a in (1,2)` and `a is null`, which can be negated."""
    shown = f"{within(subject, COMPARE)} {op}{' ' if text else ''}{text}{tail}"
    return Piece(shown, COMPARE, op, (subject, Piece(text)), tail)


def negated(piece: Piece) -> Piece:
    """NOT of a piece, moved inwards as MariaDB does."""
    if piece.op in _OPPOSITE:
        return binary(_OPPOSITE[piece.op], *piece.parts)
    if piece.op in ("and", "or"):
        other = "or" if piece.op == "and" else "and"
        found = negated(piece.parts[0])
        for part in piece.parts[1:]:
            found = binary(other.upper(), found, negated(part))
        return found
    if piece.op in _BOTH_WAYS:
        subject, rest = piece.parts
        return predicate(_BOTH_WAYS[piece.op], subject, rest.text, piece.tail)
    if piece.op == "not":
        return piece.parts[0]
    if piece.op in _TRUTHS:
        return Piece(f"!{within(piece, ATOM)}", SIGN, "not", (piece,))
    return binary("=", piece, Piece("0"))


def call(name: str, *parts: str) -> Piece:
    return Piece(f"{name}({','.join(parts)})", op="truth" if name in _TRUE_OR_FALSE else "")


_TRUE_OR_FALSE = frozenset(
    [
        "json_valid",
        "json_contains",
        "json_exists",
        "json_contains_path",
        "st_contains",
        "st_within",
        "st_intersects",
        "st_isvalid",
    ]
)
