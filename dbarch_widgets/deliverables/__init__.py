"""What the architect hands over: a Review → a folder of SQL, scripts and documents that run.

One part is one file: copy `schema_ddl.py`, keep `PART`, and list it in `registry.py`.
"""
