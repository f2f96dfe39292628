"""The portal has no stream, so there is nothing to decide."""
