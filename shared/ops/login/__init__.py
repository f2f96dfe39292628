"""Login of people at a terminal: OAuth 2.0 Device Authorization Grant (RFC 8628)."""
