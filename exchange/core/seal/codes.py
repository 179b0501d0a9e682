"""Verification codes: 19 random Crockford base-32 characters and one check character."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 20
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def check_character(body: str) -> str:
    """The weighted sum of the characters modulo 32, weights 1 and 3 by turns."""
    weighted = sum(ALPHABET.index(character) * (1, 3)[place % 2] for place, character in enumerate(body))
    return ALPHABET[weighted % 32]


def new_code() -> str:
    """A code that nobody can guess."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_character(body)


def read_code(typed: str) -> str | None:
    """The code as kept, from what a person typed; None when no code reads like that."""
    code = typed.strip().upper().translate(READ_AS)
    if len(code) != LENGTH or any(character not in ALPHABET for character in code):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def grouped(code: str) -> str:
    """The code in four groups of five, as printed."""
    return "-".join(code[start : start + 5] for start in range(0, LENGTH, 5))
