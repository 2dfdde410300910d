"""The category that a column's name, type and table speak of."""

from __future__ import annotations

from itertools import pairwise

from dbarch_widgets.classification import categories as c
from dbarch_widgets.classification.categories import Category
from dbarch_widgets.classification.secret_names import SAYS_SAFE, is_secret
from dbarch_widgets.model.finding import Confidence
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.model.type_family import Family
from dbarch_widgets.model.words import bag, singular, words

Guess = tuple[Category, Confidence]

_NAMES: tuple[tuple[Category, frozenset[str]], ...] = (
    (c.BELIEF, bag("religion religious")),
    (c.ORIGIN, bag("ethnicity ethnic")),
    (c.HEALTH, bag("diagnosis diagnoses disability allergy allergies medication pregnancy anamnesis icd10")),
    (c.BIOMETRY, bag("biometric biometrics genetic genome dna")),
    (c.SEX_LIFE, bag("sexuality")),
    (c.CRIMINAL, bag("conviction convictions felony felonies")),
    (c.NATIONAL_ID, bag("ssn nino aadhaar bsn pesel cpf personnummer nhs dni curp")),
    (c.PASSPORT, frozenset(("passport",))),
    (c.CARD_CODE, bag("cvv cvc cvv2 cvc2")),
    (c.EMAIL, bag("email mail emailaddress")),
    (c.PHONE, bag("phone mobile telephone fax msisdn phonenumber homephone workphone mobilephone")),
    (c.PERSON_NAME, bag("surname surnames forename firstname lastname realname")),
    (c.PERSON_NAME, frozenset(("fullname",))),
    (c.BIRTH, bag("birthday birthdate dob born")),
    (c.IBAN, frozenset(("iban",))),
)
# Words that say so only in a table about persons: health of a server, race of a car.
_OF_PERSONS: tuple[tuple[Category, frozenset[str]], ...] = (
    (c.HEALTH, bag("health blood symptom symptoms treatment prescription illness hiv pregnant smoker vaccinated")),
    (c.ORIGIN, bag("race")),
    (c.UNION, frozenset(("union",))),
    (c.BELIEF, frozenset(("political",))),
    (c.CRIMINAL, bag("criminal offence offences offense offenses")),
    (c.SEX, bag("gender sex")),
    (c.ADDRESS, bag("street postcode zip zipcode")),
    (c.NATIONALITY, bag("nationality citizenship")),
    (c.AGE, frozenset(("age",))),
    (c.INCOME, bag("salary wage income")),
)
_PAIRS: dict[tuple[str, str], Category] = {
    ("first", "name"): c.PERSON_NAME, ("last", "name"): c.PERSON_NAME, ("full", "name"): c.PERSON_NAME,
    ("given", "name"): c.PERSON_NAME, ("family", "name"): c.PERSON_NAME, ("middle", "name"): c.PERSON_NAME,
    ("maiden", "name"): c.PERSON_NAME, ("first", "names"): c.PERSON_NAME, ("real", "name"): c.PERSON_NAME,
    ("buyer", "name"): c.PERSON_NAME, ("customer", "name"): c.PERSON_NAME, ("contact", "name"): c.PERSON_NAME,
    ("recipient", "name"): c.PERSON_NAME, ("sender", "name"): c.PERSON_NAME, ("cardholder", "name"): c.PERSON_NAME,
    **{(who, "name"): c.PERSON_NAME for who in (
        "driver", "renter", "student", "pupil", "teacher", "doctor", "employee", "applicant", "borrower", "donor", "passenger",
        "parent", "guardian", "staff", "resident", "citizen", "beneficiary", "payee", "payer", "landlord", "practitioner")},
    ("patient", "name"): c.PERSON_NAME, ("guest", "name"): c.PERSON_NAME, ("holder", "name"): c.PERSON_NAME,
    ("birth", "date"): c.BIRTH, ("date", "birth"): c.BIRTH, ("born", "on"): c.BIRTH, ("of", "birth"): c.BIRTH,
    ("national", "id"): c.NATIONAL_ID, ("tax", "id"): c.TAX_NUMBER, ("social", "security"): c.NATIONAL_ID,
    ("national", "insurance"): c.NATIONAL_ID, ("driving", "licence"): c.PASSPORT, ("driver", "license"): c.PASSPORT,
    ("id", "card"): c.PASSPORT, ("card", "number"): c.CARD, ("credit", "card"): c.CARD, ("card", "code"): c.CARD_CODE,
    ("security", "code"): c.CARD_CODE, ("account", "number"): c.BANK_ACCOUNT, ("ip", "address"): c.IP_ADDRESS,
    ("ip", "addr"): c.IP_ADDRESS, ("remote", "addr"): c.IP_ADDRESS, ("client", "ip"): c.IP_ADDRESS,
    ("remote", "ip"): c.IP_ADDRESS, ("user", "ip"): c.IP_ADDRESS, ("user", "agent"): c.USER_AGENT,
    ("hiv", "status"): c.HEALTH, ("blood", "type"): c.HEALTH, ("blood", "group"): c.HEALTH, ("medical", "history"): c.HEALTH,
    ("medical", "record"): c.HEALTH, ("record", "medical"): c.HEALTH, ("security", "social"): c.NATIONAL_ID,
    ("health", "condition"): c.HEALTH, ("sexual", "orientation"): c.SEX_LIFE, ("union", "member"): c.UNION,
    ("union", "membership"): c.UNION, ("trade", "union"): c.UNION, ("political", "party"): c.BELIEF,
    ("political", "opinion"): c.BELIEF, ("criminal", "record"): c.CRIMINAL, ("marital", "status"): c.FAMILY,
    ("device", "id"): c.DEVICE, ("advertising", "id"): c.DEVICE, ("device", "fingerprint"): c.DEVICE,
}  # fmt: skip
_PERSONS = bag(
    "user customer person people contact employee patient member subscriber client guest visitor passenger "
    "player student pupil teacher doctor nurse physician driver applicant candidate owner tenant lead address natural staff "
    "insured policyholder practitioner renter resident citizen worker volunteer donor voter parent guardian caregiver therapist trainer pilot crew"
)
# A row of these is a human being, whose name is nobody else's: a customer may be a company.
_NATURAL = bag("person employee patient passenger student pupil teacher doctor nurse physician applicant")
_DEVICES = bag("host hostname snmp subnet network switch router mac")
# Who or what writes about a patient's health, and what such a text is called.
_CLINICAL = bag("nurse nursing clinical medical doctor physician clinician therapist therapy patient psychiatric")
_TEXTS = bag(
    "note notes remark remarks comment comments summary narrative findings observations text body report letter"
)
_RECORDS = bag("prescription diagnosis medication immunization vaccination vital vitals allergy lab")
_GIVEN = bag("value result dose dosage atc icd loinc code drug finding vaccine substance")
_CARE = bag("patient encounter admission consultation inpatient outpatient")
# A customer's own number, by which the business knows him.
_HOLDERS = bag("customer client member subscriber user tenant patient")
_VISITORS = bag("user session sessions login logins visit visits visitor")
# What an address or a name of something else is.
_OTHERS = bag(
    "template token subject body server host smtp count sent verified confirmed enabled status type id ids at on by "
    "provider format domain queue log mac contract wallet memory is has notify notification notifications hash "
    "bounced opt prefix newsletter kind mode level code default config setting product item url uri app os version view site "
    "theme carrier operator image icon platform width height"
)
_PLACED = bag("latitude longitude lat lng lon geolocation geopoint")
_FITS: dict[str, tuple[str, ...]] = {
    c.BIRTH.name: ("date", "time", "text"),
    c.AGE.name: ("integer",),
    c.INCOME.name: ("integer", "decimal", "float"),
    c.LOCATION.name: ("decimal", "float", "text", "other"),
    **dict.fromkeys(
        (c.PERSON_NAME.name, c.EMAIL.name, c.PHONE.name, c.ADDRESS.name, c.IP_ADDRESS.name, c.USER_AGENT.name),
        ("text",),
    ),
    **dict.fromkeys((c.IBAN.name, c.BANK_ACCOUNT.name), ("text",)),
    c.DEVICE.name: ("text", "uuid"),
}
_ANY = ("text", "integer", "decimal", "json")


# Whose number a card of another kind has.
_OTHER_CARDS = bag(
    "loyalty gift library membership member sim badge access score report student insurance health business stamp"
)
_CARDS = bag("card cards cardholder cvv cvc expiry payment payments")
# Names that things have as well: a repository, a type face.
_ALSO_OF_THINGS = (("full", "name"), ("family", "name"))


def is_about_persons(table: Table) -> bool:
    """Whether the rows of the table are persons, by its name."""
    return bool(set(words(singular(table.name))) & _PERSONS)


def guess(table: Table, column: Column, family: Family, base: str, *, related: bool) -> Guess | None:
    """The category of a column by its name and type, with how sure that is; None when nothing is said.

    `family` is that of the type beneath domains, `base` that type itself. `related`: the table refers to one of persons.
    """
    parts = words(column.name)
    if family == "text" and is_secret(column.name) and not SAYS_SAFE.search(column.comment or ""):
        return (c.CARD_CODE if set(parts) & bag("cvv cvc") else c.SECRET), "likely"
    if base.lower() in ("inet", "cidr"):
        return (c.IP_ADDRESS, "likely") if _is_of_visitor(table, parts) or _is_of_client(parts) else None
    if family == "text" and parts[-1:] == ("ip",) and _is_of_visitor(table, parts) and not _is_of_device(table, parts):
        return c.IP_ADDRESS, "likely"
    if family == "text" and _maps_a_directory(table):
        return None  # a column of it holds the name of an attribute, not a name
    if _is_of_care(table, parts, family):
        return c.HEALTH, "hint"
    if _is_clinical_text(table, parts, family):
        return c.HEALTH, "likely" if related or is_about_persons(table) else "hint"
    about = is_about_persons(table)
    keys = table.keys()
    if parts == ("account", "number") and (column.name,) in keys and set(words(singular(table.name))) & _HOLDERS:
        return None
    pairs = set(pairwise(parts))
    for pair, category in _PAIRS.items():
        if pair in pairs and category is c.IP_ADDRESS and _is_of_device(table, parts):
            return None
        if pair in pairs:
            return _by_pair(pair, category, (*words(table.name), *parts), family, sure=about or related, about=about)
    if "pan" in parts and _fits(c.CARD, family) and _speaks_of_cards(table):
        return c.CARD, "likely"
    if set(parts) & _OTHERS:
        return None
    for category, names in _NAMES:
        if set(parts) & names and _fits(category, family):
            sure = about or related or (category.data_class not in ("special", "criminal") and "fullname" not in parts)
            return category, "likely" if sure else "hint"
    if not about and not related:
        return None
    return _of_persons(parts, family, words(singular(table.name)), about=about)


def _is_of_care(table: Table, parts: tuple[str, ...], family: Family) -> bool:
    """Whether it is what was found or given in somebody's care: the code or dose of a prescription, the value of a lab result."""
    if not set(parts) & _GIVEN or family not in ("text", "integer", "decimal") or {"status", "id"} & set(parts):
        return False
    kind = set(words(singular(table.name)))
    about = {word for key in table.foreign_keys for word in words(singular(key.ref_table))}
    return bool(kind & _RECORDS) and bool(about & (_CARE | {"lab"}))


def _is_clinical_text(table: Table, parts: tuple[str, ...], family: Family) -> bool:
    """Whether it is free text about somebody's health: `nurse_notes`, or the text of a row of clinical notes or of an admission."""
    if family != "text" or not set(parts[-1:]) & _TEXTS:
        return False
    refers = {word for key in table.foreign_keys for word in words(singular(key.ref_table))}
    spoken = (set(parts) | set(words(singular(table.name)))) & _CLINICAL or "patient" in refers
    return bool(spoken) and not set(parts) & {"billing", "invoice", "payment", "address", "cancel", "cancellation"}


def _maps_a_directory(table: Table) -> bool:
    """Whether its rows say how a directory (LDAP) is searched and which of its attributes are read."""
    return (
        len(
            {"search_base", "search_filter", "base_dn", "bind_dn", "group_dn", "user_filter"}
            & {name.lower() for name in table.column_names}
        )
        > 1
    )


def _by_pair(
    pair: tuple[str, str], category: Category, named: tuple[str, ...], family: Family, *, sure: bool, about: bool
) -> Guess | None:
    """The category of a pair of words; `named` are all words of the table and the column."""
    told = family == "boolean" and category is c.HEALTH
    if not (told or _fits(category, family)) or (category is c.CARD and set(named) & _OTHER_CARDS):
        return None
    # Companies have tax numbers, and are customers too.
    doubtful = (category is c.TAX_NUMBER and not about) or (pair in _ALSO_OF_THINGS and not sure)
    return category, "hint" if doubtful else "likely"


def _speaks_of_cards(table: Table) -> bool:
    return bool({word for name in (table.name, *table.column_names) for word in words(name)} & _CARDS)


def _of_persons(parts: tuple[str, ...], family: Family, table_words: tuple[str, ...], *, about: bool) -> Guess | None:
    if about and parts == ("address",) and family == "text" and "address" not in table_words:
        return c.ADDRESS, "likely"
    named = parts == ("display", "name") or (parts == ("name",) and bool(set(table_words[-1:]) & _NATURAL))
    if about and named and family == "text":
        return c.PERSON_NAME, "likely"
    if about and set(parts) & _PLACED and _fits(c.LOCATION, family):
        return c.LOCATION, "likely" if set(parts) & {"last", "current", "home"} else "hint"
    for category, names in _OF_PERSONS:
        # Health may be said in a row that only refers to a person; a street there may be a shop's.
        fits = _fits(category, family) or (family == "boolean" and category is c.HEALTH and parts != ("health",))
        if set(parts) & names and fits and (about or category.data_class in ("special", "criminal")):
            return category, "likely" if about else "hint"
    return None


def _is_of_device(table: Table, parts: tuple[str, ...]) -> bool:
    """Whether the address is one of a machine on a network: it stands beside a host's name, and nobody signs in."""
    named = {word for name in (table.name, *table.column_names) for word in words(name)}
    return bool(_DEVICES & named) and not _is_of_client(parts) and not named & (_VISITORS | {"agent", "customer"})


def _is_of_visitor(table: Table, parts: tuple[str, ...]) -> bool:
    """Whether an address of the network is somebody's: of a sign-in, or in a row that says who or with what browser."""
    about = set(words(singular(table.name)))
    beside = {words(name) for name in table.column_names}
    said = bool({("user", "id"), ("user", "agent"), ("session", "id"), ("customer", "id"), ("visitor", "id")} & beside)
    return bool((about | set(words(table.name))) & _VISITORS) or said or bool({"seen", "signup"} & set(parts))


def _is_of_client(parts: tuple[str, ...]) -> bool:
    return bool(set(parts) & bag("client remote user visitor caller login"))


def _fits(category: Category, family: Family) -> bool:
    return family in _FITS.get(category.name, _ANY)
