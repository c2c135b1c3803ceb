"""The process that a build runs in; speaks JSON lines."""
