"""Mutation runs over the valuation: each arithmetic, comparison and constant changed in turn, and the tests that notice it."""
