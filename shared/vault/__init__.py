"""Texts for authorised readers only: sealed per case, audited when read, gone when erased."""
