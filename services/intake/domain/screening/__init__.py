"""Screening (立案审查): a paper is accepted, declined or sent back."""
