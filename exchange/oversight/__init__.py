"""Oversight 监管: evidence of use, statistics, the programme."""
