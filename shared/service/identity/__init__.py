"""Actors: people and clients with their posts, folded from the facts of the directory."""
