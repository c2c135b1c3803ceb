"""What the promises of speed are worth on this machine: one figure a file, never a failing test."""
