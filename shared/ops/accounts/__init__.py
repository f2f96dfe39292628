"""Accounts: each service may do on the store and on the bus what is its own, and nothing else."""
