"""Plays the sample year through the public APIs, day by day, by the simulated clock."""
