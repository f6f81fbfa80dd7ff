"""Words and tools without a field: clock, identifiers, references, privacy classes, errors. Imports nothing of ours."""
