"""A finding measured before and after its fix."""
