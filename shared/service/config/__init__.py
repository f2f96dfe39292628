"""Reads and checks the YAML data and settings of an installation."""
