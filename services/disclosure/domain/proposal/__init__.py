"""Proposal: a signed reply brings one; once it is delivered, a decision is due."""
