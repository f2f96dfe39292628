"""The HTTP edge: who asks, what may be asked, how a refusal reads."""
