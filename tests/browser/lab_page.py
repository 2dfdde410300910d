"""What the tests do in JupyterLab's page; every wait is for a state, none for a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from lab_server import LabServer, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

T = TypeVar("T")


def open_notebook(page: Page, server: LabServer, notebook: str) -> str:
    """Open a notebook and wait until its kernel is idle, for the server and for the page; returns the kernel's id."""
    page.goto(f"{server.url}lab/tree/{notebook}?token={server.token}&reset")
    page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for(timeout=120_000)
    kernel = wait_for_page(page, "the notebook's kernel", lambda: server.kernel_of(notebook))
    wait_idle(page, server, kernel)
    return kernel


def wait_for_page(page: Page, what: str, ask: Callable[[], T | None]) -> T:
    """Ask until there is an answer, while the page goes on."""
    return wait_for(what, ask, pause=lambda: page.wait_for_timeout(100))


def wait_idle(page: Page, server: LabServer, kernel: str) -> None:
    """Wait until both the server and the notebook's toolbar say that the kernel is idle."""
    wait_for_page(page, "an idle kernel", lambda: server.is_idle(kernel))
    page.locator('.jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for(timeout=120_000)


def run_all(page: Page, server: LabServer, kernel: str) -> None:
    """Run all cells, and wait until each code cell has its number and the kernel is idle again."""
    page.locator(".jp-NotebookPanel .jp-Cell").first.click()
    page.locator('.lm-MenuBar-item:has-text("Run")').click()
    page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
    page.wait_for_function(_ALL_NUMBERED, timeout=300_000)
    wait_idle(page, server, kernel)
    assert page.evaluate(_FAILED) == []


_CELLS = """
  const cells = window.jupyterapp?.shell?.currentWidget?.content?.model?.cells;
  const all = Array.from({ length: cells?.length ?? 0 }, (_, at) => cells.get(at));
  const code = all.filter((cell) => cell.type === "code" && cell.sharedModel.getSource().trim());
"""
_ALL_NUMBERED = f"() => {{ {_CELLS} return code.length > 0 && code.every((cell) => cell.executionCount !== null); }}"
_FAILED = f"""() => {{ {_CELLS}
  return code.flatMap((cell) => cell.outputs.toJSON()).filter((output) => output.output_type === "error")
             .map((output) => `${{output.ename}}: ${{output.evalue}}`); }}"""


def cell_count(page: Page) -> int:
    """How many cells the notebook has."""
    return int(page.evaluate("window.jupyterapp.shell.currentWidget.content.model.cells.length"))
