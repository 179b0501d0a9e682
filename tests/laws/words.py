"""A machine's row in words, for the pages that people read."""

from collections.abc import Iterable

from exchange.core.access import Clause, Who


def in_words(entitled: Iterable[Who]) -> str:
    """Say who is entitled, each way once: "bank guarantor officer approver as pledgee; exchange officer at clerk"."""
    found = {"anyone" for who in entitled if who.anyone} | {clause_in_words(clause) for who in entitled for clause in who.clauses}
    return "; ".join(sorted(found))


def clause_in_words(clause: Clause) -> str:
    """Say one way of being entitled."""
    if clause.system:
        return "SYSTEM"
    words = [" ".join(sorted(clause.kinds)) or "any", " ".join(sorted(clause.grades)) or "any grade"]
    words += [f"at {clause.desk}"] * bool(clause.desk) + [f"marked {clause.mark}"] * bool(clause.mark)
    return " ".join([*words, *([f"as {clause.party}"] if clause.party else [])])
