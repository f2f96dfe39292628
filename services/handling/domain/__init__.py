"""The rules of handling, pure and synchronous."""
