"""Actors: who acts, folded from the facts of the directory."""
