"""PostgreSQL DDL text → Schema: a draft catalog to which the parsed statements are applied in order.

`draft.py` is the catalog in the making, `tables.py` … `rights.py` hold one handler for each kind of statement, and
`read.py` runs the loop. The grammar is PostgreSQL's own (libpg_query, through postgast).
"""
