"""A headless Chromium that talks to nothing but this machine, and a page that keeps what went wrong in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route, WebSocket

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """The browser to drive: `DBARCH_CHROMIUM`, or the first one installed under a usual name."""
    if named := os.environ.get("DBARCH_CHROMIUM"):
        return named if Path(named).exists() else None
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"):
        if found := shutil.which(name):
            return found
    return None


@dataclass
class Watched:
    """A page, with its console errors, its requests, and those that tried to leave this machine or failed."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def assert_clean(self) -> None:
        assert self.outside == []
        assert self.errors == []
        assert self.failed == []

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def on_failed(self, request: Request) -> None:
        # A page that is left cancels what it was still loading.
        if request.failure != "net::ERR_ABORTED":
            self.failed.append(f"{request.url}: {request.failure}")

    def on_route(self, route: Route) -> None:
        if is_local(route.request.url):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def on_socket(self, socket: WebSocket) -> None:
        if not is_local(socket.url):
            self.outside.append(socket.url)


def is_local(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("data", "blob", "about", "file") or parts.hostname in ("127.0.0.1", "localhost")


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless Chromium; the test is skipped, with what is missing, where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium: install one or name it in DBARCH_CHROMIUM")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@contextmanager
def watched_page(browser: Browser) -> Iterator[Watched]:
    """A page of a fresh profile whose errors and requests are kept."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    # Only a limit: the machine may be busy, and every wait ends when its state is there.
    context.set_default_timeout(120_000)
    page = context.new_page()
    found = Watched(page)
    page.on("console", found.on_console)
    page.on("pageerror", lambda error: found.errors.append(f"{error.name}: {error.message}"))
    page.on("request", lambda request: found.requests.append(request.url))
    page.on("requestfailed", found.on_failed)
    page.on("websocket", found.on_socket)
    context.route("**/*", found.on_route)
    try:
        yield found
    finally:
        if folder := os.environ.get("DBARCH_SCREENSHOTS"):
            page.screenshot(path=str(Path(folder) / "last.png"))
        context.close()
