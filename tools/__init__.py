"""Tools of those who build dbarch; they are not installed."""
