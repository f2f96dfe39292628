"""The rules of disclosure, pure and synchronous."""
