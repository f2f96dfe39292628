"""The audit trail: one chain of entries per installation, which can only grow."""
