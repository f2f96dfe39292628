"""The published language: every fact by owner; the only thing services know of one another."""
