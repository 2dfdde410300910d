"""Rules of the area audit."""
