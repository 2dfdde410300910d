"""Says what kind of data each column holds, by its name, type and comment, and by values where there are any."""
