"""A finished report made again, and held against what it prints."""
