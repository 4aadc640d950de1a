"""The read-only HTTP service: searches, counts and documents in the shape of Harmony's API, and a search page."""
