"""A finding × a measurement = Evidence, cached by the hash of its inputs."""

from dbarch_widgets.evidence.measuring import measure

__all__ = ["measure"]
