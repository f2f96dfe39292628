"""Hand-out: units get tasks in an accepted case, until it stops (交办、改派)."""
