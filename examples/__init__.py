"""Three projects to try, and two programs that show them: `demo` and `lab`."""
