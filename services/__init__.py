"""The eight services, in the order of a case's life."""
