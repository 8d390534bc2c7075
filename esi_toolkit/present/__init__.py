"""One style, charts that return Figures, tables that carry their caption, and the parts of a page."""
