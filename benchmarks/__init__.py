"""The speed and memory claims, measured again by `make bench`, each beside a named yardstick in the same run."""
