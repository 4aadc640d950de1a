"""Finding studies: questions, text, filters, facet counts, hits, and single documents. It reads the index alone."""
