"""Rules of the area tenancy."""
