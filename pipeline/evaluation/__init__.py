"""How correct the facets are: labels that people made, and scores against them."""
