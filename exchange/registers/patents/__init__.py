"""Patent 专利: the registry, import, ownership, custody 托管, legal events 法律状态, annuities 年费, encumbrances 权利负担 and consents.

Law: 专利法 (2020), 专利法实施细则 (2023), 民法典 309, 444, 847, 860; numbers by ZC 0006-2003, WIPO ST.3 and ST.16.
"""
