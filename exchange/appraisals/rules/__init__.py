"""Rules of appraisals: pure functions on values; see the module of each question."""
