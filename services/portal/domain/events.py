"""The portal records no facts."""
