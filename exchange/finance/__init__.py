"""Financing 融资: pledges, loans, guarantees and the case that ties them together."""
