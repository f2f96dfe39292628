"""Clients of partner platforms. Stream: `client-<client>`."""
