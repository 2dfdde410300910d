"""The requirements of every extra in pyproject.toml, one a line: python -m tools.extras"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def requirements() -> list[str]:
    """All of them, each once, sorted."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    return sorted({requirement for group in extras.values() for requirement in group})


if __name__ == "__main__":
    sys.stdout.write("\n".join(requirements()) + "\n")
