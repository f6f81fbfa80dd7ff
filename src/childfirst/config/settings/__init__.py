"""Settings of the two processes and of the tests."""
