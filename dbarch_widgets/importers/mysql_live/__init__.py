"""Reads a running MySQL or MariaDB from its information_schema."""
