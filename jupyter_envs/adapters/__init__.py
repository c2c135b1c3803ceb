"""The edges: one outside thing a file, none knows another."""
