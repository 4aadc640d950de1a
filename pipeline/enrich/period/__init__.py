"""When: the facets of `years`.

`dates` and `spelled_out_dates` read single dates, `periods` joins them into periods, and `years_in_prose` decides
which of the years in prose are those of the data.
"""
