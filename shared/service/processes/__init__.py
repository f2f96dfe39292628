"""Entry points: the processes of an installation."""
