"""The last look at a folder of outputs before it goes out: what is in its files, and what must not be."""
