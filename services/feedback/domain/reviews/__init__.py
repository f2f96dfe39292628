"""Reviews (复查、复核) of the opinions on a petition, up to their end (终结)."""
