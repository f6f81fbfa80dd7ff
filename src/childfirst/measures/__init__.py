"""Measures: definition files that become numbers over the facts store."""
