"""Mergers (并案): cases that ask for the same are handled as one, and each of their proposers gets
the reply."""
