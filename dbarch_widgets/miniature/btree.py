"""B-tree files of PostgreSQL: what a built one looks like inside, how large it is with more rows, its height."""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

PAGE = 8192
_MAGIC = 0x053162
_META_AT = 24  # BTMetaPageData stands behind the page header: magic, version, root, level, fastroot, fastlevel …
_META = struct.Struct("<IIIIII")
_ALL_EQUAL = 40  # btm_allequalimage
_SPECIAL = PAGE - 16  # BTPageOpaqueData: previous, next, level, flags, cycle
_OPAQUE = struct.Struct("<IIIHH")
_LEAF, _DELETED, _META_FLAG = 1, 4, 8
_ROOM = PAGE - 24 - 16
_INNER_FILL = 0.7


@dataclass(frozen=True)
class BtreeShape:
    """A B-tree as it lies in its file.

    `inner_bytes` is the mean size of an inner entry with its line pointer; `deduplicated`: equal keys may share an entry.
    """

    pages: int
    leaves: int
    root: int
    level: int
    inner_bytes: float
    deduplicated: bool


def read_shape(file: Path, pages: int) -> BtreeShape | None:
    """The B-tree in the first `pages` pages of its first segment; None when it is no B-tree of a known version."""
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
        magic, _, root, level, _, _ = _META.unpack_from(data, _META_AT)
        if magic != _MAGIC:
            return None
        leaves, inner_items, inner_bytes = 0, 0, 0
        for page in range(1, min(pages, len(data) // PAGE)):
            start = page * PAGE
            _, _, _, flags, _ = _OPAQUE.unpack_from(data, start + _SPECIAL)
            if flags & (_DELETED | _META_FLAG):
                continue
            if flags & _LEAF:
                leaves += 1
                continue
            lower, upper = struct.unpack_from("<HH", data, start + 12)
            inner_items += (lower - 24) // 4
            inner_bytes += (lower - 24) + (_SPECIAL - upper)
        mean = inner_bytes / inner_items if inner_items else 24.0
        return BtreeShape(pages, leaves, root, level, mean, bool(data[_META_AT + _ALL_EQUAL]))


def grown(shape: BtreeShape, factor: float, duplicates: float) -> tuple[int, int]:
    """Pages and level of the tree when it has `factor` times the rows; `duplicates` is `duplicates.bytes_there_by_here`.

    One leaf is the root itself; else the leaf level grows with the rows, and each level above holds one entry for each
    page below.
    """
    leaves = max(round((shape.leaves - 0.5) * factor * duplicates + 0.5), 1)
    fan_out = max(int(_ROOM * _INNER_FILL / shape.inner_bytes), 2)
    pages, level, below = 1 + leaves, 0, leaves
    while below > 1:
        below = -(-below // fan_out)
        pages += below
        level += 1
    return pages, level


def write_level(file: Path, shape: BtreeShape, level: int) -> None:
    """Writes another height into the tree's first page and its root.

    The planner charges a descent for each level. A root that is a leaf is left as it is: nothing could descend from it.
    """
    if shape.level == 0 or level <= shape.level:
        return
    with file.open("r+b") as opened:
        opened.seek(_META_AT)
        magic, version, root, _, fast_root, _ = _META.unpack(opened.read(_META.size))
        opened.seek(_META_AT)
        opened.write(_META.pack(magic, version, root, level, fast_root, level))
        opened.seek(shape.root * PAGE + _SPECIAL)
        before, after, _, flags, cycle = _OPAQUE.unpack(opened.read(_OPAQUE.size))
        opened.seek(shape.root * PAGE + _SPECIAL)
        opened.write(_OPAQUE.pack(before, after, level, flags, cycle))
