"""When something about a patent is right, and how much: pure functions on values."""
