"""The path into Elasticsearch, and out of it."""
