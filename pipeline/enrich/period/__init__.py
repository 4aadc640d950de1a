"""When: the years that the data are about, and whether collection is ongoing."""
