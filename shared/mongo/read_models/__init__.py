"""Read models in MongoDB: generations written by projections, and read through motor."""
