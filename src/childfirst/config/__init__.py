"""Settings, URLs and server entry points: no logic."""
