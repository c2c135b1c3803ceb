"""The face that Jupyter Server shows: addresses, events, and what it hears of files and kernels."""
