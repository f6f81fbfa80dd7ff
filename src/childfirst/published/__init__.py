"""The published store: all that the public can see. One writer (the workspace), one reader (the public site)."""
