"""Where pupils are at risk after school, who should walk there, and the answer that nobody should."""
