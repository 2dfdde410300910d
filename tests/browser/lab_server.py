"""A JupyterLab of its own: on loopback, with a token, in a copy of the notebooks, blind to the settings of this machine."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from jupyter_client.blocking.client import BlockingKernelClient

T = TypeVar("T")

# No news popup, no check for a newer JupyterLab, no question about saving: each would ask the network or cover a button.
_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    # All cells are in the page, also those far from the window.
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}


def _sleep() -> None:
    time.sleep(0.1)


def wait_for(what: str, ask: Callable[[], T | None], seconds: float = 120.0, pause: Callable[[], None] = _sleep) -> T:
    """Ask until there is an answer. The limit is only there to end a test that hangs.

    With a page `pause` must let the driver work, since it answers the page's requests: see `lab_page.wait_for_page`.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := ask():
            return answer
        pause()
    raise AssertionError(f"waited {seconds:g} s in vain for {what}")


@dataclass
class LabServer:
    """A running server. `folder` is its root, `runtime` holds the kernels' connection files."""

    url: str
    token: str
    folder: Path
    runtime: Path

    def api(self, path: str, method: str = "GET") -> Any:
        """The answer of the server's REST interface; None when it has no text."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.url}api/{path}", headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def end_sessions(self) -> None:
        """Shut down every kernel."""
        for session in self.api("sessions"):
            self.api(f"sessions/{session['id']}", "DELETE")

    def kernel_of(self, notebook: str) -> str | None:
        """The id of the kernel of an open notebook."""
        sessions = [each for each in self.api("sessions") if each["path"] == notebook and each.get("kernel")]
        return str(sessions[0]["kernel"]["id"]) if sessions else None

    def is_idle(self, kernel: str) -> bool:
        return bool(self.api(f"kernels/{kernel}")["execution_state"] == "idle")

    def ask_kernel(self, kernel: str, expression: str) -> Any:
        """The value of an expression in the kernel's main namespace, through a second client of that kernel."""
        with self.client(kernel) as client:
            message = client.execute(
                "", user_expressions={"answer": f"__import__('json').dumps({expression})"}, store_history=False
            )
            while True:
                reply = client.get_shell_msg(timeout=60)
                if reply["parent_header"].get("msg_id") == message:
                    break
        answer = reply["content"]["user_expressions"]["answer"]
        assert answer["status"] == "ok", answer
        return json.loads(eval(answer["data"]["text/plain"]))

    @contextmanager
    def client(self, kernel: str) -> Iterator[BlockingKernelClient]:
        client = BlockingKernelClient(connection_file=str(self.runtime / f"kernel-{kernel}.json"))
        client.load_connection_file()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            yield client
        finally:
            client.stop_channels()


@contextmanager
def lab_server(base: Path, *folders: Path) -> Iterator[LabServer]:
    """Start JupyterLab on copies of the folders; all that it writes is below `base`."""
    root = base / "root"
    for folder in folders:
        shutil.copytree(folder, root / folder.name, ignore=shutil.ignore_patterns(".ipynb_checkpoints", "kernel-ipc-*"))
    environment = _environment(base)
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]
    command += [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}", "--LabApp.news_url="]
    command += ["--LabApp.expose_app_in_browser=True"]
    command += [
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "--allow-root",
    ]
    log = base / "lab.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=root)
        try:
            runtime = Path(environment["JUPYTER_RUNTIME_DIR"])
            url = wait_for("JupyterLab", lambda: _address(process, runtime, log))
            yield LabServer(url, token, root, runtime)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment(base: Path) -> dict[str, str]:
    """Empty folders of its own for settings, data and runtime; the kernel is this very Python."""
    places = {
        name: base / name.lower()
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    places["JUPYTERLAB_SETTINGS_DIR"] = base / "settings"
    places["JUPYTERLAB_WORKSPACES_DIR"] = base / "workspaces"
    for place in places.values():
        place.mkdir()
    for plugin, settings in _SETTINGS.items():
        package, _, name = plugin.partition(":")
        file = places["JUPYTERLAB_SETTINGS_DIR"] / package / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))
    spec = places["JUPYTER_DATA_DIR"] / "kernels" / "python3"
    spec.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}))
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "IPYTHON"))}
    return {**inherited, **{key: str(value) for key, value in places.items()}}


def _address(process: subprocess.Popen[bytes], runtime: Path, log: Path) -> str | None:
    assert process.poll() is None, f"JupyterLab ended: {log.read_text(errors='replace')[-2000:]}"
    for file in runtime.glob("jpserver-*.json"):
        try:
            address = json.loads(file.read_text())["url"]
            with urllib.request.urlopen(f"{address}api", timeout=5):
                return str(address)
        except (OSError, ValueError):
            return None
    return None
