"""Runs a service: the command edge, the reactions, the projections, the processes."""
