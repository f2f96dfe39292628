"""HTTP of one service: application, authentication, request context."""
