"""Accounts 用户与机构: organisations with 统一社会信用代码, members, roles, sign-in, second factor, sessions and tokens."""
