"""Consumers: ordered delivery, parked cases, group membership."""
