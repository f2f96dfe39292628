"""Registration, screening, numbering and withdrawal: decided without touching the world."""
