"""Rules of the area keys."""
