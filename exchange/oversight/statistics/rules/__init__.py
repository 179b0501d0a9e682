"""What is counted and how: definitions, intervals, figures and hashes; the forecast stands in ``rules.forecast``."""

from exchange.oversight.statistics.rules.figures import (
    ALL_ROUTES,
    DEFAULT_FLOOR,
    DEFINITIONS,
    DIMENSIONS,
    FEWEST_HOLDERS,
    FLOORS,
    HOLDER_KINDS,
    LARGEST_SHARE,
    SECTIONS,
    USED_ROUTES,
    Z95,
    Cell,
    Definition,
    Figure,
    Interval,
    constant_stock_needed,
    list_hash,
    suppressed,
    union,
    wilson,
)

__all__ = [
    "ALL_ROUTES", "DEFAULT_FLOOR", "DEFINITIONS", "DIMENSIONS", "FEWEST_HOLDERS", "FLOORS", "HOLDER_KINDS", "LARGEST_SHARE",
    "SECTIONS", "USED_ROUTES", "Z95", "Cell", "Definition", "Figure", "Interval", "constant_stock_needed", "list_hash",
    "suppressed", "union", "wilson",
]  # fmt: skip
