"""Oversight 监管: complaints, evidence of conversion, statistics and the programme to the target."""
