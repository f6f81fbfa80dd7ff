"""Training of officers, co-designed with young people, and what came of it."""
