"""Import of clerks' registers from workbooks."""
