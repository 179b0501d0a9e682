"""The rights picture: everything the gates may know about a patent on a day, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from exchange.core.money import Money
from exchange.registers.patents.rules.annuities import AnnuityState
from exchange.registers.patents.rules.licences import Box, LiveLicence
from exchange.registers.patents.rules.shares import OwnerShare
from exchange.registers.patents.states import EncumbranceKind, LegalStatus, LicenceKind, PatentType, Use


@dataclass(frozen=True, slots=True)
class Burden:
    """A live encumbrance as the gates read it."""

    id: int
    kind: EncumbranceKind
    holder_organisation_id: int | None = None
    holder_name: str = ""
    licence_kind: LicenceKind | None = None
    box: Box | None = None
    public: bool = False
    needs_review: bool = False
    may_sublicense: bool = False
    payoff_valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class ConsentFact:
    """A pledgee's granted consent as the gates read it."""

    id: int
    encumbrance_id: int
    uses: frozenset[Use]
    valid_until: date
    floor: Money | None = None
    relied_on_by: str = ""


@dataclass(frozen=True, slots=True)
class CoownerConsentFact:
    """A co-owner's consent to an act."""

    organisation_id: int
    act: Use
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class RightsPicture:
    """Status, owners, burdens, claims, fees and register facts of one patent on one day."""

    patent_id: int
    public_id: str
    on: date
    jurisdiction: str
    type: PatentType | None
    registered: bool
    disputed: bool
    status: LegalStatus
    status_since: date | None
    granted_on: date | None
    filed_on: date | None
    expires_on: date | None
    annuity: AnnuityState
    owners: tuple[OwnerShare, ...]
    burdens: tuple[Burden, ...] = ()
    consents: tuple[ConsentFact, ...] = ()
    coowner_consents: tuple[CoownerConsentFact, ...] = ()
    custody_verified: bool = False
    register_taken_on: date | None = None
    register_sha256: str = ""
    suspended: bool = False
    seized: bool = False
    own_use: bool = False
    evaluation_report: bool = False
    invalidity_open: bool = False
    twin_utility_model: bool = False
    coowners_agreed: bool = False
    historic: bool = False
    needs_review: bool = False
    claim: str = ""
    flags: dict[str, date] = field(default_factory=dict)

    def of_kind(self, *kinds: EncumbranceKind) -> tuple[Burden, ...]:
        """The live burdens of these kinds."""
        return tuple(burden for burden in self.burdens if burden.kind in kinds)

    @property
    def pledge(self) -> Burden | None:
        """The live pledge, filed or registered, the registered one first."""
        found = self.of_kind(EncumbranceKind.PLEDGE) or self.of_kind(EncumbranceKind.PLEDGE_FILED)
        return found[0] if found else None

    @property
    def licences(self) -> tuple[LiveLicence, ...]:
        """The live licences with their boxes; one without a box covers the whole patent."""
        whole = Box(frozenset((self.jurisdiction,)))
        return tuple(
            LiveLicence(one.id, one.licence_kind or LicenceKind.ORDINARY, one.box or whole, one.public, one.may_sublicense)
            for one in self.of_kind(EncumbranceKind.LICENCE)
        )

    @property
    def open_licence(self) -> bool:
        """Whether an open licence is running."""
        return bool(self.of_kind(EncumbranceKind.OPEN_LICENCE))

    @property
    def exclusive_licence(self) -> bool:
        """Whether an exclusive licence stands."""
        return any(one.kind is LicenceKind.EXCLUSIVE for one in self.licences)


@dataclass(frozen=True, slots=True)
class RegisterStatus:
    """The register part of the picture, for pledges and financing."""

    owners: tuple[OwnerShare, ...]
    status: LegalStatus
    granted_on: date | None
    filed_on: date | None
    expires_on: date | None
    annuity: AnnuityState
    suspended: bool
    seized: bool
    disputed: bool
    registered: bool
    invalidity_open: bool
    exclusive_licence: bool
    twin_utility_model: bool
    evaluation_report: bool
    foreign: bool
    coowners_agreed: bool
    coowner_consents: tuple[CoownerConsentFact, ...]
    taken_on: date | None
    sha256: str


def register_part(picture: RightsPicture) -> RegisterStatus:
    """What the register says, cut from the picture."""
    return RegisterStatus(
        owners=picture.owners, status=picture.status, granted_on=picture.granted_on, filed_on=picture.filed_on,
        expires_on=picture.expires_on, annuity=picture.annuity, suspended=picture.suspended, seized=picture.seized,
        disputed=picture.disputed, registered=picture.registered, invalidity_open=picture.invalidity_open,
        exclusive_licence=picture.exclusive_licence, twin_utility_model=picture.twin_utility_model,
        evaluation_report=picture.evaluation_report, foreign=picture.jurisdiction != "CN",
        coowners_agreed=picture.coowners_agreed, coowner_consents=picture.coowner_consents,
        taken_on=picture.register_taken_on, sha256=picture.register_sha256,
    )


def missing_coowners(picture: RightsPicture, use: Use, *, acting: int | None) -> tuple[OwnerShare, ...]:
    """The co-owners whose consent to a use is not on file (专利法 14)."""
    if picture.coowners_agreed or use is Use.ORDINARY_LICENCE or len(picture.owners) < 2:
        return ()
    given = {
        one.organisation_id for one in picture.coowner_consents
        if one.act is use and (one.valid_to is None or one.valid_to >= picture.on)
    }
    return tuple(one for one in picture.owners if one.organisation_id != acting and one.organisation_id not in given)


def joined_names(owners: Iterable[OwnerShare]) -> str:
    """Names in one line."""
    return "、".join(owner.name for owner in owners)
