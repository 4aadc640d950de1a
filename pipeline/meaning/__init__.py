"""Vectors of texts: what makes them, and of which text of a study. Texts that mean the same have similar vectors."""
