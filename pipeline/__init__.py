"""Study catalogues in, one faceted Elasticsearch index out."""
