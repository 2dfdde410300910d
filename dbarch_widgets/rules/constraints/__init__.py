"""Rules of the area constraints."""
