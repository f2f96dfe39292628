"""Writes the generated documents: what may be read about the facts and the APIs, from the code
itself."""
