"""Registers how plans show themselves: read out and drawn, which needs both `plans` and `render`."""

from __future__ import annotations

from dbarch_widgets.model.display import MimeBundle, register_show
from dbarch_widgets.model.explained import Explained
from dbarch_widgets.model.plan import Plan
from dbarch_widgets.model.plan_diff import PlanDiff
from dbarch_widgets.model.plan_reading import Reading
from dbarch_widgets.model.plans_at_size import PlansAtSize, WhatIfs
from dbarch_widgets.plans.words import read_out
from dbarch_widgets.render.explained_blocks import explained_blocks
from dbarch_widgets.render.plan_blocks import reading_blocks
from dbarch_widgets.render.plan_diff_blocks import plan_diff_blocks
from dbarch_widgets.render.plans_at_size_blocks import plans_at_size_blocks, what_ifs_blocks
from dbarch_widgets.render.shows import bundle


@register_show
def _plan(thing: Plan) -> MimeBundle:
    return bundle(reading_blocks(read_out(thing)))


@register_show
def _reading(thing: Reading) -> MimeBundle:
    return bundle(reading_blocks(thing))


@register_show
def _plan_diff(thing: PlanDiff) -> MimeBundle:
    return bundle(plan_diff_blocks(thing, read_out(thing.before), read_out(thing.after)))


@register_show
def _explained(thing: Explained) -> MimeBundle:
    readings = {each.query: read_out(each.plan) for each in thing.queries if each.plan is not None}
    return bundle(explained_blocks(thing, readings))


@register_show
def _plans_at_size(thing: PlansAtSize) -> MimeBundle:
    readings = {(each.query, each.values): read_out(each.plan) for each in thing.queries if each.plan is not None}
    return bundle(plans_at_size_blocks(thing, readings))


@register_show
def _what_ifs(thing: WhatIfs) -> MimeBundle:
    return bundle(what_ifs_blocks(thing))
