"""Children: start, watch, restart, end."""
