"""Names of columns that are likely to hold a credential."""

from __future__ import annotations

import re
from itertools import pairwise

from dbarch_widgets.model.words import bag, words

_SECRET = bag(
    "password passwort kennwort passwd pwd passphrase secret apikey token pin otp cvv cvc totp privatekey credential credentials"
)
_SECRET_PAIRS = (("api", "key"), ("private", "key"), ("secret", "key"), ("access", "key"), ("encryption", "key"))
_NOT_SECRET = bag(
    "hash hashed sha md argon digest sha256 sha512 bcrypt argon2 scrypt encrypted cipher ciphertext enc "
    "crypted salt id ids at on type expires expiry expired count length policy hint question changed updated used "
    "name last prefix fingerprint ref arn vault path url uri is has required enabled attempts version usage "
    "limit limits budget max min num number kind status"
)

# A token of these says how far somebody is, or who works on a row.
_OWN_TOKENS = bag("job lock claim lease sync page cursor continuation")

# What a comment or a check says of a value that nobody can read back.
SAYS_SAFE = re.compile(
    r"hash|digest|encrypt|bcrypt|argon|scrypt|sha-?\d|pbkdf|cipher|masked|vault|tokeni[sz]ed", re.IGNORECASE
)


def is_secret(name: str) -> bool:
    """Whether a column of that name is likely to hold a credential that is not already hashed or encrypted."""
    parts = words(name)
    if set(parts) & _NOT_SECRET or parts[-1:] == ("reset",):
        return False
    if set(parts) & _OWN_TOKENS and not set(parts) & (_SECRET - {"token"}):
        return False
    pairs = set(pairwise(parts))
    return bool(set(parts) & _SECRET) or any(pair in pairs for pair in _SECRET_PAIRS)
