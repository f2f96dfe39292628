"""Ledgers in, cases out: reads the workbooks that clerks keep, reports bad rows, registers good
ones once."""
