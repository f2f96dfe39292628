"""Accounts and rights in the store and on the bus."""
