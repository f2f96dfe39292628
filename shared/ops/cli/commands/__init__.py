"""One module per command of `duban`."""
