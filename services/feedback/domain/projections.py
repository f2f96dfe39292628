"""No read model of its own: one case is read from its stream, lists of cases are the portal's."""
