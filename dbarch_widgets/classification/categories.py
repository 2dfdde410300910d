"""The categories of data that a column can hold, and the class and sensitivity of each."""

from __future__ import annotations

from dataclasses import dataclass

from dbarch_widgets.model.classification import DataClass


@dataclass(frozen=True)
class Category:
    """A kind of data. `sensitivity` goes from 1 (of little harm alone) to 4 (never in clear)."""

    name: str
    data_class: DataClass
    sensitivity: int


def _special(name: str) -> Category:
    return Category(name, "special", 4)


HEALTH = _special("health")
BELIEF = _special("belief or opinion")
ORIGIN = _special("racial or ethnic origin")
UNION = _special("trade-union membership")
BIOMETRY = _special("biometric or genetic data")
SEX_LIFE = _special("sex life or orientation")
CRIMINAL = Category("criminal record", "criminal", 4)

SECRET = Category("secret", "credential", 4)
CARD_CODE = Category("card verification code", "credential", 4)
CARD = Category("payment card number", "financial", 4)
IBAN = Category("IBAN", "financial", 3)
BANK_ACCOUNT = Category("bank account number", "financial", 3)
INCOME = Category("income of a person", "financial", 3)

NATIONAL_ID = Category("national identification number", "identifier", 4)
TAX_NUMBER = Category("tax number", "identifier", 3)
PASSPORT = Category("identity document number", "identifier", 4)
PERSON_NAME = Category("name of a person", "identifier", 2)
EMAIL = Category("e-mail address", "contact", 2)
PHONE = Category("phone number", "contact", 2)
ADDRESS = Category("postal address", "contact", 2)

BIRTH = Category("date of birth", "quasi", 3)
SEX = Category("sex or gender", "quasi", 2)
NATIONALITY = Category("nationality", "quasi", 2)
FAMILY = Category("family status", "quasi", 2)
AGE = Category("age", "quasi", 1)

IP_ADDRESS = Category("IP address", "telemetry", 2)
USER_AGENT = Category("user agent", "telemetry", 1)
DEVICE = Category("device identifier", "telemetry", 2)
LOCATION = Category("location of a person", "telemetry", 3)

STATED = Category("personal data", "identifier", 2)
IN_TEXT = Category("personal data within text", "free text", 2)
