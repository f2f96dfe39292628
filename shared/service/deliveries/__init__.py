"""Deliveries: own facts become effects outside, and receipts become facts."""
