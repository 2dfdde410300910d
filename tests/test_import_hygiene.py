"""The layers as failing tests: what each part of the package may bring along when it is imported."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import dbarch_widgets

NOTEBOOK = {"IPython", "ipywidgets", "anywidget", "traitlets", "ipykernel"}
HEAVY = {"duckdb", "pandas", "sqlglot", "pydantic", "postgast", "altair", "scipy", "nbconvert", "numpy", "psycopg"}

_IMPORT_ALL = """
import importlib, pkgutil, dbarch_widgets
names = [found.name for found in pkgutil.walk_packages(dbarch_widgets.__path__, "dbarch_widgets.", onerror=None)]
names = [name for name in names if name.split(".")[1] != "widgets"]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def _loaded_after(code: str) -> tuple[set[str], str]:
    """The top-level modules that a fresh Python holds after running the code, and what it printed."""
    code += "\nimport json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *printed, modules = done.stdout.strip().splitlines()
    return set(json.loads(modules)), "\n".join(printed)


def test_only_widgets_needs_a_notebook() -> None:
    """Every module but those below widgets/ is imported, and none of the notebook's packages comes along."""
    loaded, printed = _loaded_after(_IMPORT_ALL)
    assert int(printed) > 40
    assert loaded & NOTEBOOK == set()


def test_the_package_alone_is_light() -> None:
    loaded, _ = _loaded_after("import dbarch_widgets")
    assert loaded & (HEAVY | NOTEBOOK) == set()


def test_the_model_alone_is_light() -> None:
    code = "import pkgutil, importlib, dbarch_widgets.model as m\n"
    code += (
        "for found in pkgutil.iter_modules(m.__path__): importlib.import_module(f'dbarch_widgets.model.{found.name}')"
    )
    loaded, _ = _loaded_after(code)
    assert loaded & (HEAVY | NOTEBOOK) == set()


@pytest.mark.parametrize("name", dbarch_widgets.__all__)
def test_each_public_name_is_there(name: str) -> None:
    assert getattr(dbarch_widgets, name) is not None


def test_public_names_are_sorted_and_listed() -> None:
    assert list(dbarch_widgets.__all__) == sorted(dbarch_widgets.__all__)
    assert set(dbarch_widgets.__all__) <= set(dir(dbarch_widgets))
    with pytest.raises(AttributeError, match="no attribute 'Bunch'"):
        dbarch_widgets.Bunch  # noqa: B018
