"""Files on disk, at any fsspec URL, or at a web address."""
