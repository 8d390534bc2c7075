"""Drawing a sample of cases, and looking at one that arrived."""
