"""Units of the organisation tree and their posts. Stream: `unit-<unit>`."""
