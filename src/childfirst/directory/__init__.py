"""Youth and community services in the Open Referral UK standard, and guidance on whom to call."""
