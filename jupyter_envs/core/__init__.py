"""What is true and what should happen. Pure: no clock, no disk, no network."""
