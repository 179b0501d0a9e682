"""The Chinese catalogue: one fragment for each feature, and the tools that keep it whole."""
