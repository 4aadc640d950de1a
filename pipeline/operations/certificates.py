"""Certificates of a deployment: an authority of its own, and what it signs for Elasticsearch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pipeline.errors import UsageError

AUTHORITY_DAYS = 3650
SERVER_DAYS = 825
"""How long a certificate is valid; many programs take none that is valid for longer."""

RENEWED_BEFORE = timedelta(days=90)
"""A certificate that ends sooner is made anew."""

_SIGNING = {"key_cert_sign": True, "crl_sign": True, "digital_signature": False}
_SERVING = {"key_cert_sign": False, "crl_sign": False, "digital_signature": True}


class Pair(NamedTuple):
    """A certificate and its private key, both as PEM."""

    certificate: bytes
    key: bytes


def new_authority() -> Pair:
    """An authority that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "study-index authority")])
    built = (
        _started(name, name, key.public_key(), AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(**_SIGNING), critical=True)
    )
    return _pem(built.sign(key, hashes.SHA256()), key)


def signed(authority: Pair, names: list[str]) -> Pair:
    """A certificate of the authority for a server that is reached under these host names and addresses.

    Raises:
        UsageError: the authority ends too soon to sign it.
    """
    issuer, issuer_key = _read(authority)
    if issuer.not_valid_after_utc < datetime.now(UTC) + timedelta(days=SERVER_DAYS):
        end = issuer.not_valid_after_utc.date()
        raise UsageError(f"The authority of the certificates ends on {end}: remove its files, and start again")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    both_ways = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]  # nodes call each other
    built = (
        _started(subject, issuer.subject, key.public_key(), SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(**_SERVING), critical=True)
        .add_extension(x509.ExtendedKeyUsage(both_ways), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    return _pem(built.sign(issuer_key, hashes.SHA256()), key)


def still_good(certificate: bytes, authority: Pair, names: list[str]) -> bool:
    """Whether a certificate is of this authority, is for these names, and does not end soon."""
    found, (issuer, _) = x509.load_pem_x509_certificate(certificate), _read(authority)
    try:
        found.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError):
        return False
    stated = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    is_lasting = found.not_valid_after_utc > datetime.now(UTC) + RENEWED_BEFORE
    return is_lasting and list(stated) == [_general(name) for name in names]


def _started(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # a clock of another machine may be late
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, key_cert_sign: bool, crl_sign: bool, digital_signature: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Pair(certificate.public_bytes(Encoding.PEM), secret)


def _read(pair: Pair) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = load_pem_private_key(pair.key, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise UsageError("The key of the authority is none that study-index made: remove its files, and start again")
    return x509.load_pem_x509_certificate(pair.certificate), key
