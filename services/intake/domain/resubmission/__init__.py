"""Resubmission (修改后再交): a paper that was sent back comes again as the same case."""
