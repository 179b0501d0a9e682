"""Rules of appraisals: pure functions on values; see the module of each question. The refusals are declared first."""

from . import refusals

__all__ = ["refusals"]
