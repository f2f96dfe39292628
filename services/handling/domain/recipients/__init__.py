"""Recipients (并案): the proposers of members get the reply to their master."""
