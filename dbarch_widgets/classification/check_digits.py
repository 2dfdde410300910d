"""Numbers that carry check digits: payment cards, IBANs, and national identification numbers of ten countries.

Each function takes the text as it is stored; blanks, dots and dashes within it do not matter. A random number of the right
length passes one test in ten or fewer, so that only a whole column of them proves anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_BETWEEN = re.compile(r"[\s.\-/]")
_CARD = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|6(?:011|5\d\d)\d{12}|35\d{14}|3(?:0[0-5]|[68]\d)\d{11}"
)
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_CODICE = re.compile(r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]")
_DNI = re.compile(r"[XYZ\d]\d{7}[A-Z]")
_SSN = re.compile(r"(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}")
_HETU = re.compile(r"(\d{6})[-+A]([0-9]{3})([0-9A-FHJK-NPR-Y])")


def bare(text: str) -> str:
    """The text in capitals without what people put between digits."""
    return _BETWEEN.sub("", text).upper()


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812-1."""
    if not digits.isdigit():
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_card(text: str) -> bool:
    """Whether it is a payment card number: a known issuer's prefix and length, and a right check digit."""
    digits = bare(text)
    return bool(_CARD.fullmatch(digits)) and luhn(digits)


def is_iban(text: str) -> bool:
    """Whether it is an IBAN with right check digits (ISO 13616)."""
    letters = bare(text)
    if not _IBAN.fullmatch(letters):
        return False
    return int("".join(str(int(letter, 36)) for letter in letters[4:] + letters[:4])) % 97 == 1


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def _bsn(digits: str) -> bool:
    return (
        len(digits) == 9
        and digits.isdigit()
        and int(digits) > 0
        and _weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0
    )


def _pesel(digits: str) -> bool:
    right = (
        len(digits) == 11
        and digits.isdigit()
        and int(digits[2:4]) % 20 in range(1, 13)
        and int(digits[4:6]) in range(1, 32)
    )
    return right and _weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def _dni(letters: str) -> bool:
    if not _DNI.fullmatch(letters):
        return False
    number = letters[:8].replace("X", "0").replace("Y", "1").replace("Z", "2")
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == letters[8]


def _cpf(digits: str) -> bool:
    if len(digits) != 11 or not digits.isdigit() or len(set(digits)) == 1:
        return False
    first = _weighted(digits[:9], tuple(range(10, 1, -1))) * 10 % 11 % 10
    second = _weighted(digits[:10], tuple(range(11, 1, -1))) * 10 % 11 % 10
    return digits[9:] == f"{first}{second}"


def _nir(digits: str) -> bool:
    if len(digits) != 15 or not digits.isdigit() or digits[0] not in "12":
        return False
    return 97 - int(digits[:13]) % 97 == int(digits[13:])


def _personnummer(digits: str) -> bool:
    ten = digits[-10:]
    dated = (
        len(digits) in (10, 12) and digits.isdigit() and int(ten[2:4]) in range(1, 13) and int(ten[4:6]) in range(1, 32)
    )
    return dated and luhn(ten)


def _nhs(digits: str) -> bool:
    if len(digits) != 10 or not digits.isdigit():
        return False
    return (11 - _weighted(digits[:9], tuple(range(10, 1, -1))) % 11) % 11 == int(digits[9])


def _steuer(digits: str) -> bool:
    if len(digits) != 11 or not digits.isdigit() or digits[0] == "0":
        return False
    product = 10
    for digit in digits[:10]:
        rest = (int(digit) + product) % 10 or 10
        product = rest * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def _codice(letters: str) -> bool:
    if not _CODICE.fullmatch(letters):
        return False
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
    values = [int(letter) if letter.isdigit() else ord(letter) - 65 for letter in letters[:15]]
    total = sum(odd[value] if place % 2 == 0 else value for place, value in enumerate(values))
    return chr(total % 26 + 65) == letters[15]


def is_ssn(text: str) -> bool:
    """Whether it has the form of a social security number of the USA, which has no check digit: with its dashes."""
    return bool(_SSN.fullmatch(text.strip()))


def is_hetu(text: str) -> bool:
    """Whether it is a personal identity code of Finland."""
    match = _HETU.fullmatch(text.strip().upper())
    return (
        bool(match) and "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(match[1] + match[2]) % 31] == match[3] if match else False
    )


NATIONAL: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("Dutch BSN", lambda text: _bsn(bare(text))),
    ("Polish PESEL", lambda text: _pesel(bare(text))),
    ("Spanish DNI or NIE", lambda text: _dni(bare(text))),
    ("Brazilian CPF", lambda text: _cpf(bare(text))),
    ("French NIR", lambda text: _nir(bare(text))),
    ("Swedish personnummer", lambda text: _personnummer(bare(text))),
    ("German tax number", lambda text: _steuer(bare(text))),
    ("British NHS number", lambda text: _nhs(bare(text))),
    ("Italian codice fiscale", lambda text: _codice(bare(text))),
    ("Finnish personal identity code", is_hetu),
    ("social security number of the USA", is_ssn),
)
