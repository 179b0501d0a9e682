"""The real parts that tests run against: a private PostgreSQL cluster, the system's Chromium, the vendored files."""
