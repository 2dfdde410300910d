"""Roles, rights and row security as one file that can be run again, and a script that proves tenants apart."""
