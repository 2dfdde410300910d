"""Rules of the area security."""
