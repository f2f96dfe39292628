"""Registration (登记): a paper comes in."""
