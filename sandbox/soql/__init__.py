"""The query language: grammar, checks, translation, and the answer's shape."""
