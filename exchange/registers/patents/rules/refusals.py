"""The stable codes this feature refuses with."""

from __future__ import annotations

from exchange.core.errors import constraint, define
from exchange.core.text import _

for _name, _status, _sentence in (
    ("PATENT_NUMBER_INVALID", 422, _("This is not a patent number that can be read: {reason}.")),
    ("PATENT_REGISTERED_ELSEWHERE", 409, _("Another organisation has this patent registered. Claim ownership if it is yours.")),
    ("PATENT_NUMBER_TAKEN", 409, _("Your organisation already has an entry for this number.")),
    ("PATENT_NOT_REGISTERED", 409, _("The patent must be registered first.")),
    ("PATENT_DISPUTED", 409, _("The ownership of this patent is disputed; wait for the decision.")),
    ("PATENT_IMPORTED_CHECK", 422, _("Compare the computed check character with the certificate and confirm it first.")),
    ("CN_DEMO_NUMBER", 422, _("This serial number is reserved for demonstration.")),
    ("SECRET_PATENT", 422, _("Secret patents are not kept here.")),
    ("SHARE_UNKNOWN", 422, _("No share of this size belongs to this holder.")),
    ("PLEDGE_FOREIGN", 409, _("A foreign patent cannot be pledged at the Chinese office.")),
    ("ANNUITY_ORDER", 409, _("Year {year} is unpaid; record the earlier year first.")),
    ("ANNUITY_SHORT", 422, _("The amount is below the fee of {fee}; the right is not kept by it.")),
    ("ANNUITY_LATE", 409, _("The period of grace ended on {date}; a restoration must be recorded first.")),
    ("ANNUITY_PAID", 409, _("Year {year} is recorded as paid already.")),
    ("PROOF_MISSING", 422, _("Accepted proof of ownership is missing for {names}.")),
    ("PROOF_TOO_OLD", 422, _("The register copy is older than {limit} days; get a new one.")),
    ("HOLDER_NAME_DIFFERS", 422, _("The holder on the proof is not {name}; add the recordal notice or a note.")),
    ("EVENT_DUPLICATE", 409, _("This legal event is recorded already.")),
    ("EVENT_DATE_FUTURE", 422, _("A legal event cannot lie in the future.")),
    ("EVENT_BEFORE_LAPSE", 409, _("A restoration must be later than the lapse of {date}.")),
    ("PLAN_STALE", 409, _("The file, the mapping or the rules changed since the dry run; check again.")),
    ("IMPORT_SAME_FILE", 409, _("This file was uploaded before; open that batch or say that you want it again.")),
    ("IMPORT_BUSY", 409, _("Another import of your organisation is running; wait until it is done.")),
    ("IMPORT_TIMEOUT", 422, _("Reading the file took too long; split it.")),
    ("IMPORT_NOT_READY", 409, _("Answer the open questions first: {questions}.")),
    ("UNDO_CONFLICT", 409, _("Some rows were changed after the import and stay as they are.")),
    ("UNDO_TOO_LATE", 409, _("An import can be undone for {days} days.")),
    ("FORMAT_REFUSED", 422, _("Files of the kind {kind} are not read; save it as .xlsx or as CSV in UTF-8.")),
    ("FORMAT_UNKNOWN", 422, _("No known layout was recognised in this file; use our template or choose columns.")),
    ("TEXT_BINARY", 422, _("The file holds NUL bytes and is not text.")),
    ("ENCODING_UNKNOWN", 422, _("The encoding cannot be told; choose the one in which the sample reads right.")),
    ("TOO_MANY_ROWS", 422, _("The file has more than {limit} rows; split it.")),
    ("TOO_MANY_COLUMNS", 422, _("The file has more than {limit} columns.")),
    ("FILE_EMPTY", 422, _("The file holds no rows.")),
    ("ZIP_LIMIT", 422, _("This archive holds too much, nested archives or unsafe names. Send its files singly.")),
    ("XML_ENTITY", 422, _("The XML declares entities: the old US format with entity declarations. Export it again as XML 4 or CSV.")),
    ("XML_LIMIT", 422, _("The XML is too deep or has too many elements.")),
    ("PART_WITHOUT_PATENT", 422, _("The archive holds {parts} text parts whose patents are not known; import the patents first.")),
    ("CELL_TOO_LONG", 422, _("A cell near row {row} has no end or more than {limit} characters; check the quotation marks.")),
    ("XML_BROKEN", 422, _("The XML is not well formed near line {line}.")),
    ("JSON_BROKEN", 422, _("The JSON is not well formed near line {line}.")),
    ("CUSTODY_REQUIRED", 409, _("Put the patent into custody first.")),
    ("CUSTODY_LIVE", 409, _("Your organisation has this patent in custody already.")),
    ("PATENT_NOT_IN_FORCE", 409, _("The patent is not in force: {status} since {date}.")),
    ("ANNUITY_OVERDUE", 409, _("The annual fee is unpaid or the paid-to year is unknown ({state}).")),
    ("REGISTER_STALE", 409, _("The register extract is older than {limit} days; refresh it.")),
    ("RIGHTS_STAYED", 409, _("Procedures on this patent are stayed.")),
    ("RIGHTS_SEIZED", 409, _("A court has seized this patent.")),
    ("PATENT_ALREADY_PLEDGED", 409, _("Another pledge of this patent is live.")),
    ("PLEDGEE_CONSENT_REQUIRED", 409, _("The patent is pledged; the pledgee must consent first.")),
    ("CONSENT_EXPIRED", 409, _("The pledgee's consent ended on {date}.")),
    ("CONSENT_RELIED_ON", 409, _("A running process relies on this consent.")),
    ("BELOW_CONSENT_FLOOR", 409, _("The price is below what the pledgee consented to.")),
    ("PAYOFF_STATEMENT_REQUIRED", 409, _("The pledgee must state the sum owed, valid today.")),
    ("COOWNER_CONSENT_REQUIRED", 409, _("{names} must consent as co-owners.")),
    ("RIGHTS_CONFLICT", 409, _("This overlaps a live licence: {box}.")),
    ("OPEN_LICENCE_RUNNING", 409, _("An open licence is running; withdraw it first.")),
    ("OWN_USE_RECORDED", 409, _("The holder's own use is recorded in this scope.")),
    ("OUTSIDE_PARENT_LICENCE", 409, _("The sub-licence goes beyond the licence it rests on.")),
    ("TERRITORY_OUTSIDE_PATENT", 422, _("The patent does not reach {place}.")),
    ("BEYOND_PATENT_TERM", 409, _("The period ends after the patent, on {date}.")),
    ("UNDISCLOSED_LICENCE", 409, _("A known licence is missing from the listing.")),
    ("BURDEN_NOT_SHOWN", 409, _("Show {burden} on the listing.")),
    ("EVALUATION_REPORT_REQUIRED", 409, _("A utility model or design needs its evaluation report.")),
    ("PATENT_HAS_LIVE_PROCESS", 409, _("Another sale or enforcement of this patent is under way.")),
    ("ENCUMBRANCE_ENDED", 409, _("This encumbrance has ended already.")),
    ("PATENT_REFERRED_TO", 409, _("Something relies on this entry: {what}.")),
):
    define(_name, _status, _sentence)

constraint("uq_encumbrance_live_pledge", "PATENT_ALREADY_PLEDGED")
constraint("uq_encumbrance_ends", "ENCUMBRANCE_ENDED")
constraint("uq_transfer_claim_live", "PATENT_HAS_LIVE_PROCESS")
constraint("uq_patent_registered_number", "PATENT_REGISTERED_ELSEWHERE")
constraint("uq_patent_own_number", "PATENT_NUMBER_TAKEN")
constraint("uq_custody_live", "CUSTODY_LIVE")
constraint("uq_legal_event", "EVENT_DUPLICATE")
