"""The public site: what the partnership publishes, for everyone to read. It knows the published store and nothing else."""
