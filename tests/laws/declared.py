"""Everything that modules declare when they are imported: codes, machines, tables, permissions.

A module that cannot be imported is named by one law (`test_every_module_can_be_imported`) instead of hiding all others.
"""

import importlib
from functools import cache

from tests.laws.source import product

BROKEN: dict[str, str] = {}


@cache
def import_everything() -> None:
    """Import every module of the product."""
    for source in product():
        if source.parts[-1] == "__main__":
            continue
        name = ".".join(source.parts[:-1] if source.parts[-1] == "__init__" else source.parts)
        try:
            importlib.import_module(name)
        except Exception as problem:
            BROKEN[name] = f"{type(problem).__name__}: {problem}"


import_everything()
