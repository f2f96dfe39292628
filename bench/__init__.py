"""Benchmarks: speed and cost of Duban beside its raw limits, measured in one run."""
