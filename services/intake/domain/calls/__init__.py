"""Call for co-signatures (联名征集): a paper before it is handed in."""
