"""Units and their posts, persons and their mandates: decided without touching the world."""
