"""Words for tests: given/when/then, ports in memory, states of the world."""
