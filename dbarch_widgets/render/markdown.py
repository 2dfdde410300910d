"""A review as Markdown, for code hosts and for people who read text; decisions as files."""

from __future__ import annotations

from dbarch_widgets.render.adr import adr_markdown, parse_adr

__all__ = ["adr_markdown", "parse_adr"]
