"""Rules of the area indexes."""
