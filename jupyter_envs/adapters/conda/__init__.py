"""conda packages, through rattler; importing this package does not import rattler."""
