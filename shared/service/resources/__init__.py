"""Resources of a process: connections, clock, policies, keys; checks before it starts."""
