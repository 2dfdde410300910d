"""Rules of the area types."""
