"""Shared tables for many tenants: whose each row is, the columns and keys that say so, the fence, and the way there."""
