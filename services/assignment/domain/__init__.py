"""The rules of assignment, pure and synchronous."""
