"""Rules of the area naming."""
