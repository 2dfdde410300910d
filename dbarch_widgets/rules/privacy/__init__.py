"""Rules of the area privacy."""
