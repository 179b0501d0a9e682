"""One script a ratio: each offers `run(*, full) -> Figure` and asserts that what it timed was right."""
