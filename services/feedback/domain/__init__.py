"""The rules of feedback, pure and synchronous."""
