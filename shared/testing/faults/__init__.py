"""Faults: a client's history, the evidence that the stores give, and the checkers of both."""
