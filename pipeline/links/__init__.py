"""Links between the documents of all live catalogues: which are of one work, and which are parts of which."""
