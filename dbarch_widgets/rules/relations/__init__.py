"""Rules of the area relations."""
