"""Reads no read model: one case is folded from its stream, lists of cases are the portal's."""
