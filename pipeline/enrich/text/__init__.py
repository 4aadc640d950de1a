"""Tools for texts, used by all families of facets; none of them knows a facet."""
