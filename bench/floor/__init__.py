"""The floor of "command → visible": the raw drivers alone, in the same number of steps."""
