"""Scores 评分: they describe a right and never touch money."""
