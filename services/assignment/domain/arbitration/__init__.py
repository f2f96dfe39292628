"""Arbitration: once returns or moves are used up, it is ruled which unit must act (裁定)."""
