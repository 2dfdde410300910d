"""Every picture and page that the README and the docs point at inside the repository is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(page.relative_to(ROOT).as_posix() for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", PAGES)
def test_links_within_the_repository_resolve(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    places = [link.partition("#")[0] for link in _LINK.findall(text) if "://" not in link]
    lost = [place for place in places if place and not ((ROOT / page).parent / place).exists()]
    assert lost == []
