"""Rules of the area partitioning."""
