"""Papers: the ledger and the sheet of a case, rendered on the server for a printer."""
