"""The lead inspector's panel as a page of its own."""
