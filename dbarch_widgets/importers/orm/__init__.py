"""Schemas out of a program's models: the ORM writes its own DDL in a process of its own, and the reader of text reads it.

Models are code. They are imported only because the user named them, away from this process, and without a connection.
"""
