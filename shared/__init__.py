"""What every service shares: the pure vocabulary, the published language, and what runs both."""
