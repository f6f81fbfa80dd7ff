"""Referrals to services, with consent and without phone calls."""
