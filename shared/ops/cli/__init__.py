"""The command line `duban`."""
