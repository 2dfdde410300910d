"""Every test runs strict (a failed callback raises), without colours and at one width.

--corpus       also the tests that fetch schemas from Debian packages
--browser      also the tests that drive a real Chromium (`-m browser` runs them alone)
--require-all  what a test skips for want of a program is a failure: CI has them all
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from chromium import Watched
    from mariadb_server import MariadbServer
    from playwright.sync_api import Browser

    from dbarch_widgets.engines.postgres_server import PostgresServer

os.environ["DBARCH_STRICT"] = "1"
os.environ["COLUMNS"] = "120"
os.environ["NO_COLOR"] = "1"
# Many tests start programs of ours, and each would compile every module again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Spark's JVMs live for a minute here: what the second compiler and parallel collectors cost never comes back.
os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")

# What a shell starts in the background ignores Ctrl-C, and so would the programs that the tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A deadline would be a timed assertion, and machines are noisy.
settings.register_profile("dbarch", deadline=None)
settings.load_profile("dbarch")

ON_REQUEST = {"corpus": "fetch schemas from Debian packages", "browser": "drive a real Chromium"}


def pytest_addoption(parser: pytest.Parser) -> None:
    for marker, words in ON_REQUEST.items():
        parser.addoption(f"--{marker}", action="store_true", help=f"also run the tests that {words}")
    parser.addoption("--require-all", action="store_true", help="a test that is skipped fails")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not asked for, by its option or by `-m`; what drives a browser comes last.

    The browser's driver keeps an event loop running in this thread, in which others cannot run theirs.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    asked = str(config.getoption("-m"))
    for marker in ON_REQUEST:
        if config.getoption(f"--{marker}") or marker in asked:
            continue
        left_out = [item for item in items if item.get_closest_marker(marker)]
        items[:] = [item for item in items if not item.get_closest_marker(marker)]
        config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and item.config.getoption("--require-all"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"--require-all does not allow a skip. {reason}"
    return report


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """One PostgreSQL for tests that open databases of their own on it and make no roles; others start their own."""
    from dbarch_widgets.engines.postgres_server import PostgresServer
    from dbarch_widgets.errors import EngineMissing

    try:
        made = PostgresServer()
    except EngineMissing as error:
        pytest.skip(str(error))
    with made:
        yield made


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


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariadbServer]:
    """For tests/importers and tests/sql: one MariaDB for all of them."""
    from mariadb_server import MariadbServer, missing

    if words := missing():
        pytest.skip(words)
    with MariadbServer() as server:
        yield server
