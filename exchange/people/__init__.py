"""People 用户与机构: who acts, and how they are told."""
