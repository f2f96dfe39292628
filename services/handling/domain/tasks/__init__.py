"""Tasks: units have work in a case, until the case stops or the work moves away."""
