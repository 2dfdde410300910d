"""The formats in which workloads come: one file a format, listed in `registry.py`."""
