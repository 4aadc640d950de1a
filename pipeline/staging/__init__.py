"""Parts at an fsspec URL: what the stages of a run hand on."""
