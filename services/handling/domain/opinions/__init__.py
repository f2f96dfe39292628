"""Opinions: co-handlers answer their lead (会办意见)."""
