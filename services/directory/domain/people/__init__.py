"""Officials, deputies and delegations. Stream: `person-<person>`."""
