"""MongoDB: the log and its tail, the inbox, parked cases, read models."""
