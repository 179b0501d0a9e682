"""PAdES signatures: the platform's seal, demonstration signatures of parties, and the judgment of both.

The seal 平台存证章 proves receipt, time and integrity; it is no party's signature (电子签名法 art. 13).
"""

import io
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from asn1crypto import keys, pem, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from exchange.core import clock
from exchange.core.errors import Invalid
from exchange.core.seal.authority import KeyPair
from exchange.core.seal.finding import Finding

UNREADABLE = (PdfError, SignatureValidationError, ValueError, LookupError, TypeError, AttributeError, RecursionError, ArithmeticError)
SEAL_FIELD = "ZhirongSeal"
SEAL_REASON = "平台存证章：证明收到、时间与完整性，不代表任何一方签名 · Platform seal: receipt, time and integrity"


def read_certificate(path: Path) -> x509.Certificate:
    """The certificate in a PEM file."""
    _, _, body = pem.unarmor(path.read_bytes())
    return x509.Certificate.load(body)


def read_key(path: Path) -> keys.PrivateKeyInfo:
    """The private key in a PEM file."""
    _, _, body = pem.unarmor(path.read_bytes())
    return keys.PrivateKeyInfo.load(body)


@lru_cache(maxsize=64)
def signer_of(pair: KeyPair, root: Path) -> signers.SimpleSigner:
    """What signs with this key."""
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # the library's own lack
    store.register(read_certificate(root))
    return signers.SimpleSigner(read_certificate(pair.certificate), read_key(pair.key), store)


def own_time_stamper(folder: Path, moment: datetime) -> DummyTimeStamper | None:
    """Our own time stamper at a moment, if the folder has its key."""
    pair = KeyPair.named(folder, "timestamp")
    if not pair.exists:
        return None
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # the library's own lack
    store.register(read_certificate(KeyPair.named(folder, "authority").certificate))
    return DummyTimeStamper(read_certificate(pair.certificate), read_key(pair.key), store, fixed_dt=moment)


class DatedSigner(signers.PdfSigner):
    """A signer whose time is the house's one clock."""

    moment: datetime

    def init_signing_session(self, *arguments: Any, **options: Any) -> Any:
        """A session at the given moment."""
        session = super().init_signing_session(*arguments, **options)
        session.system_time = self.moment
        return session


def seal_pdf(content: bytes, *, folder: Path, moment: datetime | None = None) -> bytes:
    """The document with the platform's seal, after which only further signatures may follow."""
    return sign(
        content, KeyPair.named(folder, "seal"), folder=folder, field=SEAL_FIELD, reason=SEAL_REASON,
        moment=moment or clock.now(), certify=True,
    )  # fmt: skip


def sign(
    content: bytes, pair: KeyPair, *, folder: Path, field: str, reason: str, moment: datetime, certify: bool = False
) -> bytes:
    """The document with one more signature, appended to its bytes."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content), strict=False)
    first = not writer.prev.embedded_signatures
    about = signers.PdfSignatureMetadata(
        field_name=field, reason=reason, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256",
        certify=certify and first, docmdp_permissions=MDPPerm.FILL_FORMS,
    )  # fmt: skip
    maker = DatedSigner(
        about,
        signer_of(pair, KeyPair.named(folder, "authority").certificate),
        timestamper=own_time_stamper(folder, moment),
    )
    maker.moment = moment
    out = io.BytesIO()
    apart(maker.sign_pdf, writer, output=out)
    return out.getvalue()


def apart(work: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """The work in a thread of its own: the library runs an event loop, which a thread that has one already forbids."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work, *args, **options).result()


def sign_as_party(content: bytes, pair: KeyPair, *, folder: Path, field: str, reason: str) -> bytes:
    """A demonstration signature of a person, as it would arrive from outside."""
    return sign(content, pair, folder=folder, field=field, reason=reason, moment=clock.now())


def findings(content: bytes, *, roots: Sequence[Path]) -> tuple[Finding, ...]:
    """What each signature of the document is worth, in their order."""
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        embedded = list(reader.embedded_signatures)
    except UNREADABLE:
        raise Invalid("FILE_DAMAGED") from None
    trusted = [read_certificate(root) for root in roots]
    return tuple(judge(signature, trusted) for signature in embedded if signature.sig_object_type == "/Sig")


def names_in(signature: Any) -> dict[str, Any]:
    """What the signer's certificate says of its holder; nothing when it cannot be read."""
    try:
        return dict(signature.signer_cert.subject.native)
    except UNREADABLE:
        return {}


def judge(signature: Any, trusted: Sequence[x509.Certificate]) -> Finding:
    """What one signature is worth."""
    context = ValidationContext(trust_roots=trusted, moment=clock.now(), allow_fetching=False)
    names = names_in(signature)
    try:
        status = apart(validate_pdf_signature, signature, context, context)
    except UNREADABLE:
        status = None
    stamp = status.timestamp_validity if status else None
    return Finding(
        field=signature.field_name,
        name=str(names.get("common_name", "")),
        organisation=str(names.get("organization_name", "")),
        signed_at=signature.self_reported_timestamp if status else None,
        stamped_at=stamp.timestamp if stamp and stamp.valid and stamp.intact else None,
        intact=bool(status and status.intact and status.valid and (stamp is None or (stamp.intact and stamp.valid))),
        trusted=bool(status and status.trusted),
        unchanged=bool(status and (status.coverage == SignatureCoverageLevel.ENTIRE_FILE or status.docmdp_ok)),
        covers_all=bool(status and status.coverage == SignatureCoverageLevel.ENTIRE_FILE),
        is_seal=signature.field_name == SEAL_FIELD,
    )


def require_signatures(
    content: bytes, *, roots: Sequence[Path], entitled: Collection[str] | None = None
) -> tuple[Finding, ...]:
    """The parties' signatures, all good and all by entitled persons; otherwise the refusal says what is wrong."""
    found = tuple(finding for finding in findings(content, roots=roots) if not finding.is_seal)
    if not found:
        raise Invalid("SIGNATURE_MISSING", field="file")
    for finding in found:
        check_finding(finding)
    strangers = [finding.name for finding in found if entitled is not None and finding.name not in entitled]
    if strangers:
        raise Invalid("SIGNATORY_NOT_ENTITLED", field="file", names="、".join(strangers))
    return found


def check_finding(finding: Finding) -> None:
    """A signature that is broken, followed by a change or of unknown origin is refused by its own code."""
    if not finding.intact:
        raise Invalid("SIGNATURE_INVALID", field="file", name=finding.name)
    if not finding.unchanged:
        raise Invalid("SIGNATURE_AFTER_CHANGE", field="file", name=finding.name)
    if not finding.trusted:
        raise Invalid("SIGNATURE_UNTRUSTED", field="file", name=finding.name)
