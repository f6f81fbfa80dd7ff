"""Releases: protected tables in a signed bundle, seen by two people before the public sees them."""
