"""Splitting (分案): the parts of a paper of several matters take its place."""
