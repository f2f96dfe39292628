"""The rules of intake: one package per part of a case's life."""
