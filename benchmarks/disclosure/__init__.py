"""Disclosure control measured: safety over random publications, how little is hidden, how long it takes, and peers."""
