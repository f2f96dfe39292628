"""The console's build: which node makes it, of what, and where it is kept."""
