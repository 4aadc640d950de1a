"""What a catalogue states, what a document is, and the facets between them."""
