"""The pure core of reminder."""
