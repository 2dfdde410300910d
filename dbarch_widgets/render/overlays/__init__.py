"""What can be laid over a diagram. One overlay is one file; `registry.py` lists them in order."""
