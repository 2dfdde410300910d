"""SQLite (and Cloudflare D1) → Schema: the real engine runs the text, its catalog says what came of it.

`read.py` is the reader of text and `live.py` the reader of files. Both end in `catalog.py`, which asks the PRAGMAs, and
in `declared.py`, which reads from the stored CREATE statements what the PRAGMAs do not tell.
"""
