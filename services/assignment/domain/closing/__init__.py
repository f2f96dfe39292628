"""Closing: the case ends when its rule is met, and reopens when it is not (办结)."""
