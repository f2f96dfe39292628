"""Decision (公开决定) by one person, and its review (复核) by another."""
