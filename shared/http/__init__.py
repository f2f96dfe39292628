"""HTTP: tokens, bounds, idempotency, problem documents, health, the gateway between services."""
