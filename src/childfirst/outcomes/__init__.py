"""The framework of aims, outcomes and indicators that every activity and measure serves."""
