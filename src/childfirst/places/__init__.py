"""Schools, areas and term dates: where things happen, and what each place was called at the time."""
