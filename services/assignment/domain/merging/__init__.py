"""Mergers (并案): a member is not handed out, and closes with its master."""
