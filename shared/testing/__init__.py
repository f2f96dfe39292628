"""Tools for tests: given/when/then, ports in memory, stories, isolation, checkers of faults."""
