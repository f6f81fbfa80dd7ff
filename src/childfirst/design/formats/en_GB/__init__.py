"""Dates and numbers as childfirst writes them."""
