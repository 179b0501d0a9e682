"""Known layouts of files, one a module: how each is recognised, and which of its columns are which of our fields."""
