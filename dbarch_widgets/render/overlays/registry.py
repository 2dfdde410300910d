"""The overlays, in the order in which they are offered."""

from __future__ import annotations

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.render.overlays.base import Overlay
from dbarch_widgets.render.overlays.findings import Findings
from dbarch_widgets.render.overlays.privacy import Privacy
from dbarch_widgets.render.overlays.rls import RowSecurity
from dbarch_widgets.render.overlays.tenancy import Tenancy
from dbarch_widgets.render.overlays.workload import WorkloadHeat

OVERLAYS: tuple[Overlay, ...] = (Findings(), Tenancy(), RowSecurity(), Privacy(), WorkloadHeat())


def find_overlay(name: str) -> Overlay:
    """The overlay of that name.

    Raises:
        UnknownName: there is none; the message offers the nearest names.
    """
    for overlay in OVERLAYS:
        if overlay.name == name:
            return overlay
    raise UnknownName("overlay", name, [overlay.name for overlay in OVERLAYS])
