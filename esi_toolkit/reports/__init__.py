"""Reports: a notebook run for one area and turned into a page, many at once, and their index."""
