"""Particulars (信访情况): how many came, what a petition repeats, and where it was before."""
