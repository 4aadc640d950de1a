"""Where the people live and the events happened: the facets of `countries`.

`places_in_fields` and `places_in_prose` find names of the `gazetteer`; `place_context` rules out countries that are
named for something else. `build_gazetteer` makes the gazetteer's data files.
"""
