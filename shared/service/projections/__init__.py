"""Projections: facts become documents; generations and rebuilds."""
