"""From a folder of areas to finished reports: planned, made side by side, taken up where they stopped."""
