"""Runs a notebook's cells in a warm process, as a kernel would."""
