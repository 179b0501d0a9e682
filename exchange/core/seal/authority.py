"""The demonstration authority: a test certification authority, a platform seal, a time stamper and persons' keys.

It is made at set-up in ``keys/`` of the data folder with mode 0600 and is called 演示 in every certificate. A deployment
puts the certificate and key of its own seal in the same files.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
SINCE, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)
SEAL_NAME = "知融平台存证章（演示） Zhirong seal (demo)"
NAME_BYTES = 64


@dataclass(frozen=True)
class KeyPair:
    """Where a key and its certificate lie."""

    key: Path
    certificate: Path

    @classmethod
    def named(cls, folder: Path, name: str) -> "KeyPair":
        """The pair of this name in the folder."""
        return cls(folder / f"{name}.key.pem", folder / f"{name}.cert.pem")

    @property
    def exists(self) -> bool:
        """Whether both files are there."""
        return self.key.exists() and self.certificate.exists()


def write_secret(path: Path, content: bytes) -> None:
    """A file that only its owner can read, written whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def shortened(value: str) -> str:
    """As much of a name as a certificate takes."""
    return value.encode()[:NAME_BYTES].decode(errors="ignore")


def name_of(common_name: str, organisation: str) -> x509.Name:
    """A distinguished name in China."""
    parts = [(NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, common_name)]
    return x509.Name([x509.NameAttribute(oid, shortened(value)) for oid, value in parts])


def usage(*, signs_certificates: bool) -> x509.KeyUsage:
    """What a key may be used for."""
    return x509.KeyUsage(
        digital_signature=not signs_certificates, content_commitment=not signs_certificates, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def build(subject: x509.Name, key: PrivateKey, issuer: x509.Name, *, authority: bool) -> x509.CertificateBuilder:
    """A certificate that still lacks its signature."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(SINCE)
        .not_valid_after(UNTIL)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(usage(signs_certificates=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def save(pair: KeyPair, key: PrivateKey, certificate: x509.Certificate) -> None:
    """Key and certificate lie in the folder, the key last."""
    write_secret(pair.certificate, certificate.public_bytes(serialization.Encoding.PEM))
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    write_secret(pair.key, key.private_bytes(encoding, form, serialization.NoEncryption()))


def make_root(folder: Path) -> KeyPair:
    """The test authority itself."""
    pair, key = KeyPair.named(folder, "authority"), ec.generate_private_key(ec.SECP256R1())
    subject = name_of("知融演示证书机构 Zhirong demonstration CA", "知融 Zhirong 演示")
    save(pair, key, build(subject, key, subject, authority=True).sign(key, hashes.SHA256()))
    return pair


def issue(folder: Path, name: str, subject: x509.Name, *, stamps_time: bool = False) -> KeyPair:
    """A key pair whose certificate the test authority signed."""
    root = KeyPair.named(folder, "authority")
    issuer = x509.load_pem_x509_certificate(root.certificate.read_bytes())
    issuer_key = serialization.load_pem_private_key(root.key.read_bytes(), None)
    key: PrivateKey = rsa.generate_private_key(65537, 2048) if stamps_time else ec.generate_private_key(ec.SECP256R1())
    built = build(subject, key, issuer.subject, authority=False)
    if stamps_time:
        built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if not isinstance(issuer_key, ec.EllipticCurvePrivateKey):
        raise TypeError("the test authority has an elliptic key")
    pair = KeyPair.named(folder, name)
    save(pair, key, built.sign(issuer_key, hashes.SHA256()))
    return pair


def make_authority(folder: Path) -> None:
    """Authority, seal and time stamper exist; what is there already stays."""
    if not KeyPair.named(folder, "authority").exists:
        make_root(folder)
    if not KeyPair.named(folder, "seal").exists:
        issue(folder, "seal", name_of(SEAL_NAME, "知融 Zhirong"))
    if not KeyPair.named(folder, "timestamp").exists:
        issue(folder, "timestamp", name_of("知融演示时间戳 Zhirong demonstration TSA", "知融 Zhirong"), stamps_time=True)


def person_key(folder: Path, *, person: str, name: str, organisation: str) -> KeyPair:
    """The demonstration key of a person, standing for the key that the person would hold outside."""
    pair = KeyPair.named(folder / "persons", person)
    if not pair.exists:
        make_authority(folder)
        issued = issue(folder, f"persons/{person}", name_of(name, organisation))
        if issued != pair:
            raise RuntimeError("the key was put elsewhere")
    return pair
