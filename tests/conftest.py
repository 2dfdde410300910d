"""Every test runs strict (a failed callback raises), without colours and at one width."""

from __future__ import annotations

import os

os.environ.setdefault("DBARCH_STRICT", "1")
os.environ["COLUMNS"] = "120"
os.environ["NO_COLOR"] = "1"
# JupyterLab, nbclient and friends would otherwise read the settings of whoever runs the tests.
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")
