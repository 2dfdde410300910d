"""Every test runs strict (a failed callback raises), without colours and at one width."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from chromium import Watched
    from playwright.sync_api import Browser

os.environ["DBARCH_STRICT"] = "1"
os.environ["COLUMNS"] = "120"
os.environ["NO_COLOR"] = "1"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """For tests/browser only: one Chromium for all of them."""
    from chromium import launched

    with launched() as chromium:
        yield chromium


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """For tests/browser only: a fresh page that keeps what went wrong in it."""
    from chromium import watched_page

    with watched_page(browser) as page:
        yield page
