"""Statistics 统计: versioned definitions, figures that open to their rows, snapshots that recompute to the same hash (统计法 art. 28)."""
