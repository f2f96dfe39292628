"""The commands of `duban`, one module each."""
