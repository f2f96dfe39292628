"""The sample year, played on a simulated clock."""
