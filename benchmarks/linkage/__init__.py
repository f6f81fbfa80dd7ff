"""School matching, measured: quality out of fold, another hand's errors, speed, and the peers, in one run."""
