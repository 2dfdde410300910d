"""What the tests do in JupyterLab's page; every wait is for a state, none for a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from lab_server import LabServer, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

T = TypeVar("T")


def open_notebook(page: Page, server: LabServer, notebook: str) -> str:
    """Open a notebook that has no kernel yet; returns the id of the kernel that it gets, when it is idle.

    JupyterLab may replace the kernel of a session that was there before by a new one while it connects, and cells that were run
    meanwhile are lost. So there must be none, and the page and the server must agree on the kernel.
    """
    assert server.kernel_of(notebook) is None
    page.goto(f"{server.url}lab/tree/{notebook}?token={server.token}&reset")
    page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
    return wait_idle(page, server, notebook)


def wait_for_page(page: Page, what: str, ask: Callable[[], T | None]) -> T:
    """Ask until there is an answer, while the page goes on."""
    return wait_for(what, ask, pause=lambda: page.wait_for_timeout(100))


def wait_idle(page: Page, server: LabServer, notebook: str) -> str:
    """Wait until the page and the server say that the notebook's kernel, the same for both, is idle; returns its id."""

    def agreed() -> str | None:
        seen: str | None = page.evaluate(_IDLE_KERNEL)
        return seen if seen and seen == server.kernel_of(notebook) and server.is_idle(seen) else None

    kernel = wait_for_page(page, "an idle kernel", agreed)
    page.locator('.jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for()
    return kernel


def run_all(page: Page, server: LabServer, notebook: str) -> None:
    """Run all cells, and wait until each code cell has its number and the kernel is idle again."""
    page.locator(".jp-NotebookPanel .jp-Cell").first.click()
    page.locator('.lm-MenuBar-item:has-text("Run")').click()
    page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
    page.wait_for_function(_ALL_NUMBERED, timeout=300_000)
    wait_idle(page, server, notebook)
    assert page.evaluate(_FAILED) == []


_IDLE_KERNEL = """
() => {
  const context = window.jupyterapp?.shell?.currentWidget?.sessionContext;
  const kernel = context?.session?.kernel;
  const idle = context?.isReady && kernel?.connectionStatus === "connected" && kernel?.status === "idle";
  return idle ? kernel.id : null;
}
"""
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
