"""Rules of the area edge: Cloudflare D1 and what lives beside it."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule

RULES: tuple[Rule, ...] = ()
