"""The way of a command from its context to the log."""
