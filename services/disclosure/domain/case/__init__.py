"""The case as disclosure notes it: title, number, names, consent; and that it was stopped."""
