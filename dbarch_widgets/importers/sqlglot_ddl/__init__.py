"""MySQL, SQL Server, Oracle, Snowflake and BigQuery DDL: one reader of tokens, one small module per dialect."""
