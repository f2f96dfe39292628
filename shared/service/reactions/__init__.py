"""Reactions: facts of others become commands on own streams."""
