"""Runs delivered files as their reader would: psql and sh, from the folder, with the address in the environment."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from dbarch_widgets.engines.postgres_server import PostgresServer, find_programs
from dbarch_widgets.importers.registry import live_reader
from dbarch_widgets.model.schema import Schema

ROOT = Path(__file__).parent.parent.parent
DESIGNS = ("trading_platform", "slow_webshop", "saas_projects")


def shell(
    command: str, folder: Path, url: str, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The command as the index page has it, with the programs of the PostgreSQL that we bring."""
    path = f"{find_programs() / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, "DATABASE_URL": url, **(more or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def ran(command: str, folder: Path, url: str, more: Mapping[str, str] | None = None) -> str:
    """What the command printed; it must end well."""
    done = shell(command, folder, url, more)
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def as_administrator(server: PostgresServer, url: str) -> str:
    """The same database as a superuser, where a file makes what only he may."""
    return server.administrator_url(url.partition("@/")[2].partition("?")[0])


def from_catalog(url: str) -> Schema:
    return live_reader("postgresql")(url).schema
