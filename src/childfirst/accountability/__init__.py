"""Documents, recommendations, replies, commitments and action plans."""
