"""Connections, clock and policies that a process has open."""
