"""Letters: the register of 文号, in which no number is given to two replies."""
