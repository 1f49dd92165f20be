"""The desk: where staff arrive, search, and see what needs a person."""
