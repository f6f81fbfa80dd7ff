"""Accounts, organisations, roles and the names of permissions."""
