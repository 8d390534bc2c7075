"""Scores of many resamples at once, and what they say of the uncertainty."""
