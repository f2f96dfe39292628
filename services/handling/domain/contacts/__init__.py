"""Contacts: talks with the proposers, and reports of progress."""
