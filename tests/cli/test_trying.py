"""`dbarch postgres`: a command beside a throw-away PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SHOP = """
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id));
"""


def dbarch(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from dbarch_widgets.cli import main; main()", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_a_command_finds_the_filled_tables_and_the_programs(tmp_path: Path) -> None:
    (tmp_path / "shop.sql").write_text(SHOP)
    asked = """
    psql -X -A -t -c 'SELECT count(*) FROM orders' "$DATABASE_URL"
    psql -X -A -t -c 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user' "$DATABASE_URL"
    pg_dump -s | grep -c 'CREATE TABLE'
    echo "$DATABASE_URL"
    """
    done = dbarch("postgres", str(tmp_path / "shop.sql"), "--rows", "orders=30", "--", "sh", "-c", asked)
    assert done.returncode == 0, done.stderr
    rows, superuser, tables, url = done.stdout.splitlines()
    assert (rows, superuser, tables) == ("30", "f", "2")
    assert "in 2 tables" in done.stderr
    assert not Path(url.partition("host=")[2].replace("%2F", "/")).exists(), "the server outlived the command"


def test_the_exit_status_is_the_commands_and_a_shell_is_the_default() -> None:
    assert dbarch("postgres", "--", "sh", "-c", 'psql -X -c "SELECT 1" "$DATABASE_URL" && exit 7').returncode == 7
    missing = dbarch("postgres", "--", "no-such-program")
    assert missing.returncode == 127
    assert "Traceback" not in missing.stderr
    assert dbarch("postgres", SHELL="/bin/true").returncode == 0
