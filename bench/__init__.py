"""What Duban costs and how fast it is, beside its raw limits and its peers, measured in one run."""
