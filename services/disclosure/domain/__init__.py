"""The rules of disclosure: one package per part of a publication's life."""
