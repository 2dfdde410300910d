"""Rules of the area trading."""
