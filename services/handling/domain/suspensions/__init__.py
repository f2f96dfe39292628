"""Suspensions: a task stands still for a reason until a day, and the proposer is told (暂停)."""
