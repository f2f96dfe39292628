"""Numbering (编号): an accepted case gets the next number of a series."""
