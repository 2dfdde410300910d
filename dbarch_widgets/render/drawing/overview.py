"""The overview of a large schema: a box for each group of tables, and between them how many relations there are."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render import palette
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.crowsfoot import ErModel
from dbarch_widgets.render.drawing.arranging import Clock
from dbarch_widgets.render.drawing.badges import badges_width, draw_badges
from dbarch_widgets.render.drawing.legend import Item, badge_item
from dbarch_widgets.render.drawing.marks import Badge
from dbarch_widgets.render.drawing.packing import Packing, grids, pack, shape_cost
from dbarch_widgets.render.drawing.scene import Drawing
from dbarch_widgets.render.drawing.sheet import Sheet, finish
from dbarch_widgets.render.drawing.skeleton import Point, middle
from dbarch_widgets.render.drawing.svg_parts import box as rectangle
from dbarch_widgets.render.drawing.svg_parts import group, path, title, words
from dbarch_widgets.render.font_widths import text_width
from dbarch_widgets.render.ids import group_id, node_name, quote_part
from dbarch_widgets.render.table_groups import TableGroup
from dbarch_widgets.render.table_rows import counted

LISTED, LISTED_OF_MANY = 8, 4
# The picture of many groups is seen from afar: their names are to be read all the same.
_MANY = 40
_NAME, _NAME_OF_MANY = 12.0, 20.0
_SMALL = 9.0
_ROW = 13.0
_HEAD = 38.0
_LINKS_EACH = 2
_HUB = 10
_MOST_GROUPS = 0.5


@dataclass(frozen=True, eq=False)
class Links:
    """The relations between groups: (child group, parent group) → how many; `weak` ones are not drawn.

    Links to a group in `hubs` are not drawn either: nearly all have one, and its box says so.
    """

    drawn: Mapping[tuple[str, str], int]
    weak: Mapping[tuple[str, str], int] = field(default_factory=dict)
    hubs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class GroupBox:
    """A group with the tables that are named in its box, and its size in points."""

    group: TableGroup
    listed: tuple[QName, ...]
    tint: str
    badges: tuple[Badge, ...]
    note: str
    width: float
    height: float
    name_size: float = _NAME

    @property
    def head(self) -> float:
        return self.taller + _HEAD + (_ROW if self.note else 0)

    @property
    def taller(self) -> float:
        """How much more room the name takes than that of few groups."""
        return self.name_size - _NAME

    @property
    def more(self) -> int:
        return len(self.group.tables) - len(self.listed)


def links_of(model: ErModel, groups: Sequence[TableGroup]) -> Links:
    """The links, of each group the strongest and all that are among the strongest of the other."""
    home = {table: each.name for each in groups for table in each.tables}
    counts: Counter[tuple[str, str]] = Counter()
    for relation in model.relations:
        pair = (home[relation.child], home[relation.parent])
        if pair[0] != pair[1]:
            counts[pair] += 1
    hubs = _hubs(counts, len(groups))
    counts = Counter({pair: number for pair, number in counts.items() if pair[1] not in hubs})
    if len(counts) <= 1.5 * len(groups):
        return Links(dict(counts), hubs=hubs)
    each: dict[str, int] = defaultdict(int)
    drawn = {}
    for pair, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if min(each[pair[0]], each[pair[1]]) < _LINKS_EACH and max(each[pair[0]], each[pair[1]]) < 4 * _LINKS_EACH:
            drawn[pair] = number
            each[pair[0]] += 1
            each[pair[1]] += 1
    return Links(drawn, {pair: number for pair, number in counts.items() if pair not in drawn}, hubs)


def _hubs(counts: Mapping[tuple[str, str], int], groups: int) -> dict[str, str]:
    """The groups that most others refer to, with words for it."""
    pointing: Counter[str] = Counter(parent for _, parent in counts)
    totals: Counter[str] = Counter()
    for (_, parent), number in counts.items():
        totals[parent] += number
    least = max(_HUB, _MOST_GROUPS * groups)
    return {
        name: f"{counted(totals[name], 'relation')} from {number} groups"
        for name, number in pointing.items()
        if number >= least
    }


def draw_overview(drawing: Drawing, clock: Clock, label: str) -> Sheet:
    """The overview of the drawing's groups.

    Raises:
        LayoutTimeout: the layout program did not finish in time.
        EngineError: it failed.
    """
    groups = drawing.groups
    links = links_of(drawing.model, groups)
    boxes = {each.name: box for each, box in zip(groups, _boxes(drawing, links), strict=True)}
    tied = {name for pair in links.drawn for name in pair}
    corners, curves, width, height = _place(clock, {name: boxes[name] for name in boxes if name in tied}, links)
    corners, curves, width, height = _with_loose(
        corners, curves, (width, height), [boxes[name] for name in boxes if name not in tied]
    )
    drawn = [_link(pair, number, curves[pair]) for pair, number in links.drawn.items() if pair in curves]
    pills = [_count(pair, number, curves[pair]) for pair, number in links.drawn.items() if pair in curves]
    drawn += [group_box(boxes[name], *corners[name], drawing.marks.name) for name in boxes]
    content = "\n".join([*drawn, *pills])
    return finish(drawing, content, width, height, label=label, items=_legend(drawing, links))


def _with_loose(
    corners: Mapping[str, Point],
    curves: Mapping[tuple[str, str], list[Point]],
    size: Point,
    loose: Sequence[GroupBox],
) -> tuple[dict[str, Point], dict[tuple[str, str], list[Point]], float, float]:
    """The layout with the groups that have no drawn link in a grid beside it."""
    if not loose:
        return dict(corners), dict(curves), *size
    best: tuple[float, Packing, Packing] | None = None
    for grid in grids([(box.width, box.height) for box in loose], 16):
        both = pack([*([size] if corners else []), (grid.width, grid.height)], 24)
        if best is None or both.cost < best[0]:
            best = both.cost, both, grid
    assert best is not None, "there is at least one grid"
    _, both, grid = best
    (left, top), (x0, y0) = both.places[0], both.places[-1]
    moved = {name: (x + left, y + top) for name, (x, y) in corners.items()}
    moved |= {box.group.name: (x + x0, y + y0) for box, (x, y) in zip(loose, grid.places, strict=True)}
    return (
        moved,
        {pair: [(x + left, y + top) for x, y in curve] for pair, curve in curves.items()},
        both.width,
        both.height,
    )


def _boxes(drawing: Drawing, links: Links) -> list[GroupBox]:
    model = drawing.model
    schemas = {schema: palette.TINTS[at % len(palette.TINTS)] for at, schema in enumerate(model.schemas)}
    many = len(drawing.groups) > _MANY
    most, size = (LISTED_OF_MANY, _NAME_OF_MANY) if many else (LISTED, _NAME)
    made = []
    for each in drawing.groups:
        ranked = sorted(each.tables, key=lambda table: -len(model.touching.get(table, ())))
        listed = tuple(ranked[: most if len(ranked) > most + 1 else len(ranked)])
        badges = _sum([badge for table in each.tables for badge in drawing.marks.of(table).head])
        head = text_width(one_line(each.name, 40), size, bold=True) + (badges_width(badges) + 10 if badges else 0)
        note = links.hubs.get(each.name, "")
        head = max(head, text_width(note, _SMALL))
        wide = max(head, *(text_width(one_line(table.name, 34), _SMALL) for table in listed), 90.0) + 20
        high = (
            size - _NAME + _HEAD + (_ROW if note else 0) + _ROW * (len(listed) + (len(listed) < len(each.tables))) + 8
        )
        tint = schemas[Counter(table.schema for table in each.tables).most_common(1)[0][0]]
        made.append(GroupBox(each, listed, tint, badges, note, float(round(wide)), high, size))
    return made


def _sum(badges: Sequence[Badge]) -> tuple[Badge, ...]:
    """One badge for all of the same colour, with the sum of their numbers."""
    found: dict[str, Badge] = {}
    numbers: Counter[str] = Counter()
    for badge in badges:
        found.setdefault(badge.colour, badge)
        numbers[badge.colour] += int("".join(filter(str.isdigit, badge.text)) or 0)
    return tuple(
        Badge(badge.shape, f"{badge.text[:1]}{numbers[colour]}", colour, badge.title.partition(" ")[2] or badge.title)
        for colour, badge in sorted(found.items(), key=lambda item: "HML".find(item[1].text[:1]))
    )


def _place(
    clock: Clock, boxes: Mapping[str, GroupBox], links: Links
) -> tuple[dict[str, Point], dict[tuple[str, str], list[Point]], float, float]:
    """Corners and curves from the layout program, the better of two arrangements."""
    if not boxes:
        return {}, {}, 0.0, 0.0
    numbers = {name: number for number, name in enumerate(boxes)}
    most = max(links.drawn.values())
    nodes = "".join(
        f"n{numbers[name]}[width={box.width / 72:.4f},height={box.height / 72:.4f}]\n" for name, box in boxes.items()
    )
    edges = "".join(
        f"n{numbers[parent]}->n{numbers[child]}[id={place},weight={1 + round(9 * number / most)}]\n"
        for place, ((child, parent), number) in enumerate(links.drawn.items())
    )
    common = 'node[shape=box,fixedsize=true,label=""];edge[dir=none];'
    heads = [
        f"rankdir=LR;nodesep=0.35;ranksep=0.9;{common}",
        f"rankdir=TB;nodesep=0.35;ranksep=0.6;{common}",
    ]
    if len(boxes) > 6:
        heads.append(f'layout=neato;overlap=prism;sep="+14";splines=true;mode=sgd;start=7;{common}')
    told = clock.program.run(
        "".join(f"digraph g{{{head}\n{nodes}{edges}}}\n" for head in heads), "json0", seconds=clock.left
    )
    decoder, text, at, best = json.JSONDecoder(), told.decode(), 0, None
    for _ in heads:
        layout, at = decoder.raw_decode(text, at)
        at += len(text[at:]) - len(text[at:].lstrip())
        x0, y0, x1, y1 = (float(each) for each in layout["bb"].split(","))
        if best is None or shape_cost(x1 - x0, y1 - y0) < shape_cost(best[1][2] - best[1][0], best[1][3] - best[1][1]):
            best = layout, (x0, y0, x1, y1)
    assert best is not None, "there is at least one arrangement"
    layout, (x0, y0, x1, y1) = best
    names, pairs = list(boxes), list(links.drawn)
    corners = {}
    for thing in layout["objects"]:
        box = boxes[names[int(thing["name"][1:])]]
        x, y = (float(each) for each in thing["pos"].split(","))
        corners[box.group.name] = (x - x0 - box.width / 2, y1 - y - box.height / 2)
    curves = {}
    for edge in layout.get("edges", ()):
        points = [tuple(map(float, point.split(","))) for point in edge["pos"].split() if point[0] not in "es"]
        curves[pairs[int(edge["id"])]] = [(x - x0, y1 - y) for x, y in points]
    return corners, curves, x1 - x0, y1 - y0


def _link(pair: tuple[str, str], number: int, curve: Sequence[Point]) -> str:
    child, parent = pair
    d = f"M{curve[0][0]:.5g},{curve[0][1]:.5g}C" + " ".join(f"{x:.5g},{y:.5g}" for x, y in curve[1:])
    thick = min(6.0, 1 + math.log2(number))
    line = path(d, stroke=palette.BORDER, thick=round(thick, 1)) + _arrow(curve, thick)
    said = f"{counted(number, 'relation')} from {child} to {parent}"
    data = {"from": quote_part(child), "to": quote_part(parent), "count": str(number)}
    link = f"link:{quote_part(child)}.{quote_part(parent)}"
    return group(title(said) + line, id_=link, class_="edge link", data=data)


def _arrow(curve: Sequence[Point], thick: float) -> str:
    """An arrow head at the referenced group, where the curve begins."""
    (x, y), (nx, ny) = curve[0], next((p for p in curve[1:] if p != curve[0]), (curve[0][0] + 1, curve[0][1]))
    length = math.hypot(nx - x, ny - y) or 1.0
    dx, dy = (nx - x) / length, (ny - y) / length
    size = 7 + thick
    left = f"{x + dx * size - dy * size / 2:.5g},{y + dy * size + dx * size / 2:.5g}"
    right = f"{x + dx * size + dy * size / 2:.5g},{y + dy * size - dx * size / 2:.5g}"
    return f'<path d="M{x:.5g},{y:.5g}L{left}L{right}Z" fill="{palette.BORDER}"/>'


def _count(pair: tuple[str, str], number: int, curve: Sequence[Point]) -> str:
    x, y = middle(curve)
    text = f"{number:,}"
    wide = text_width(text, _SMALL, bold=True) + 10
    ground = rectangle(
        round(x - wide / 2, 1), round(y - 7, 1), round(wide, 1), 14, fill=palette.PAPER, stroke=palette.BORDER, radius=7
    )
    written = ground + words(round(x, 1), round(y + 3.2, 1), text, _SMALL, bold=True, middle=True)
    return group(written, class_="count", data={"from": quote_part(pair[0]), "to": quote_part(pair[1])})


def group_box(box: GroupBox, x: float, y: float, overlay: str) -> str:
    """A group's box: name, size, and its most connected tables."""
    name = one_line(box.group.name, 40)
    size = counted(len(box.group.tables), "table")
    listed = ", ".join(one_line(table, 40) for table in box.group.tables[:40])
    parts = [
        title(f"{box.group.name}: {size}: {listed}"),
        rectangle(0, 0, box.width, box.height, fill=palette.TABLE, stroke=palette.BORDER, radius=6, thick=1.2),
        f'<path d="M0.6,{box.head:g}V6q0,-5.4 5.4,-5.4h{box.width - 12:g}q5.4,0 5.4,5.4V{box.head:g}Z" fill="{box.tint}"/>',
        words(10, 17 + box.taller, name, box.name_size, bold=True),
        words(10, 31 + box.taller, size, _SMALL),
    ]
    if box.note:
        parts.append(words(10, 31 + box.taller + _ROW, box.note, _SMALL))
    if box.badges:
        parts.append(draw_badges(box.badges, box.width - 8 - badges_width(box.badges), 13, overlay))
    for place, table in enumerate(box.listed):
        written = words(10, box.head + 14 + _ROW * place, one_line(table.name, 34) or "(blank)", _SMALL)
        parts.append(group(title(str(table)) + written, class_="member", data={"table": node_name(table)}))
    if box.more:
        at = box.head + 14 + _ROW * len(box.listed)
        parts.append(words(10, at, f"… {box.more:,} more", _SMALL, fill=palette.MUTED))
    content = "".join(parts)
    return group(
        content,
        id_=group_id(box.group.name),
        class_="node group",
        data={"group": box.group.name},
        extra=f' transform="translate({x:.5g} {y:.5g})"',
    )


def _legend(drawing: Drawing, links: Links) -> list[Item]:
    line = path("M0,0h26", stroke=palette.BORDER, thick=3) + f'<path d="M0,0l9,-4.5v9Z" fill="{palette.BORDER}"/>'
    items = [Item(line, 26, "so many relations refer to the group at the arrow")]
    if links.weak:
        total = sum(links.weak.values())
        items.append(Item("", 0, f"{counted(len(links.weak), 'weaker link')} ({counted(total, 'relation')}) not drawn"))
    return items + [badge_item(badge, meaning) for badge, meaning in drawing.marks.legend]
