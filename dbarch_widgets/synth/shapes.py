"""What a column's name says about its values: an ordered table, the first line that fits wins.

A line is a pattern of the column's name, the type families that it is for, the generator and its settings. Patterns match
whole words between underscores (`email` fits `contact_email`, not `emailed`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

Settings = dict[str, Any]
_Line = tuple[str, str, str, Settings]

_TEXT: tuple[_Line, ...] = (
    (r"email|mail|e_mail", "text", "email", {}),
    (r"first_name|firstname|given_name|forename|first_names", "text", "pool", {"pool": "first_name"}),
    (r"last_name|lastname|surname|family_name|surnames", "text", "pool", {"pool": "last_name"}),
    (r"full_name|display_name|person_name|real_name|contact_name|author_name|customer_name", "text", "person", {}),
    (r"user_name|username|login|nickname|handle|alias", "text", "login", {}),
    (r"phone|mobile|telephone|fax|tel", "text", "phone", {}),
    (r"isin", "text", "isin", {}),
    (r"lei", "text", "lei", {}),
    (r"mic", "text", "pool", {"pool": "mic"}),
    (r"cfi", "text", "pattern", {"pattern": "ESVUFR"}),
    (r"iban", "text", "iban", {}),
    (r"currency|currency_code|ccy", "text", "pool", {"pool": "currency"}),
    (r"country|country_code|nationality", "text", "country", {}),
    (r"time_zone|timezone|tz", "text", "pool", {"pool": "time_zone"}),
    (r"locale", "text", "pool", {"pool": "locale"}),
    (r"language|lang", "text", "pool", {"pool": "language"}),
    (r"user_agent|useragent", "text", "pool", {"pool": "user_agent"}),
    (r"ip|ip_address|ip_addr|ipaddress|remote_addr|client_ip", "text", "ip", {}),
    (r"mac|mac_address", "text", "mac", {}),
    (r"url|uri|link|href|website|homepage|webhook|callback", "text", "url", {}),
    (r"domain|host|hostname|server", "text", "host", {}),
    (r"path|file_path|storage_key|object_key", "text", "path", {}),
    (r"file_name|filename", "text", "file", {}),
    (r"city|town", "text", "pool", {"pool": "city"}),
    (r"street|address|address_line|address1|address2|line1|line2", "text", "street", {}),
    (r"zip|postcode|postal_code|zip_code", "text", "digits", {"width": 5}),
    (r"company|organization|organisation|employer|vendor|supplier|manufacturer|brand|legal_name", "text", "pool", {"pool": "company"}),
    (r"job|occupation|profession|job_title", "text", "pool", {"pool": "job"}),
    (r"color|colour", "text", "hex", {"width": 6}),
    (r"password|password_hash|hash|token|secret|api_key|digest|checksum|fingerprint|salt|signature|nonce|sha256|md5|etag", "text", "hex", {"width": 40}),
    (r"uuid|guid|uid", "text", "uuid_text", {}),
    (r"slug|permalink", "text", "slug", {}),
    (r"sku|code|number|no|ref|reference|external_id|key|identifier|symbol|ticker|serial|barcode|tracking_no|id|name_key", "text", "code", {}),
    (r"method|http_method|verb", "text", "pool", {"pool": "http_method"}),
    (r"mime|mime_type|content_type|media_type", "text", "pool", {"pool": "mime_type"}),
    (r"status|state|stage|phase", "text", "words", {"values": ("active", "open", "pending", "done", "closed", "failed")}),
    (r"priority|severity|level", "text", "words", {"values": ("normal", "low", "high", "urgent")}),
    (r"type|kind|category|class|group|source|channel|action|event|event_type|role|mode|reason|resource|entity|tag|label", "text", "vocabulary", {}),
    (r"description|body|content|comment|comments|note|notes|text|message|summary|bio|about|details|detail|narrative|remark|remarks|html|markdown", "text", "sentence", {}),
    (r"title|subject|headline|caption", "text", "title", {}),
    (r"product|item|product_name|item_name", "text", "pool", {"pool": "product"}),
    (r"name", "text", "name", {}),
)  # fmt: skip

_NUMBERS: tuple[_Line, ...] = (
    (r"latitude|lat", "decimal real", "decimal", {"low": -60, "high": 70, "places": 5}),
    (r"longitude|lon|lng|long", "decimal real", "decimal", {"low": -170, "high": 170, "places": 5}),
    (r"tax|tax_rate|vat|vat_rate", "decimal real", "choice", {"values": ("19.00", "7.00", "0.00")}),
    (r"percent|percentage|pct|discount|percent_off|share", "decimal real", "decimal", {"low": 0, "high": 100, "places": 2}),
    (r"rate|ratio|factor|multiplier|probability|weight|score|confidence|fx", "decimal real", "skewed", {"low": 0, "median": 1, "high": 10, "places": 4}),
    (r"price|amount|total|subtotal|cost|fee|balance|value|revenue|salary|money|net|gross|credit|debit|limit|budget|turnover", "decimal real", "skewed", {"low": 1, "median": 40, "high": 2000, "places": 2}),
    (r"quantity|qty|count|volume|units|size|lot", "decimal real", "skewed", {"low": 1, "median": 20, "high": 1000, "places": 0}),
    (r"amount_minor|cents|minor|price_cents|amount_cents|total_cents", "integer", "skewed", {"low": 100, "median": 4000, "high": 200000}),
    (r"price|amount|total|cost|fee|balance|debit|credit|salary|revenue", "integer", "skewed", {"low": 1, "median": 400, "high": 20000}),
    (r"quantity|qty|count|used|reserved|attempts|retries|views|likes|hits|clicks|pieces", "integer", "skewed", {"low": 0, "median": 3, "high": 100}),
    (r"on_hand|stock|capacity|volume", "integer", "skewed", {"low": 0, "median": 80, "high": 2000}),
    (r"year", "integer", "integer", {"low": 2015, "high": 2026}),
    (r"month", "integer", "integer", {"low": 1, "high": 12}),
    (r"day", "integer", "integer", {"low": 1, "high": 28}),
    (r"hour", "integer", "integer", {"low": 0, "high": 23}),
    (r"minute|second", "integer", "integer", {"low": 0, "high": 59}),
    (r"minutes|duration|seconds|duration_ms|elapsed|latency|ms|millis", "integer", "skewed", {"low": 1, "median": 30, "high": 5000}),
    (r"age", "integer", "integer", {"low": 18, "high": 90}),
    (r"stars|rating|score|rank|level|priority|grade", "integer", "integer", {"low": 1, "high": 5}),
    (r"version|revision", "integer", "skewed", {"low": 1, "median": 2, "high": 40}),
    (r"position|ordinal|sort_order|sort|seq|line_no|line|step|idx", "integer", "integer", {"low": 1, "high": 10}),
    (r"status_code|http_status|response_code", "integer", "choice", {"values": ("200", "201", "204", "400", "404", "500")}),
    (r"port", "integer", "integer", {"low": 1024, "high": 65535}),
    (r"bytes|byte_size|size|file_size|length|content_length", "integer", "skewed", {"low": 100, "median": 40000, "high": 5000000}),
    (r"percent|percentage|pct|progress|discount", "integer", "integer", {"low": 0, "high": 100}),
    (r"ns|nanos|epoch_ns", "integer", "clock_ns", {}),
    (r"minor_units|digits|decimals", "integer", "integer", {"low": 2, "high": 3}),
)  # fmt: skip

_TIMES: tuple[tuple[str, int], ...] = (
    (r"birth|born|dob|birthday|birthdate", -1),
    (r"expires|expiry|expire|expired|due|until|deadline|valid_to|maturity|renews|hold_until|end_date|ends|period_end|settle|pay_date|ex_date", 3),
    (r"closed|completed|finished|ended|resolved|settled|reached|cancelled|canceled|deleted|archived|revoked|corrected|met|processed|delivered|shipped|returned|refunded|invoiced|lifted|delisted|terminated|end|stopped", 2),
    (r"updated|modified|changed|last|seen|recorded|sent|read|paid|approved|acknowledged|published|edited|granted|verified|confirmed|accepted|ack", 1),
)  # fmt: skip


@lru_cache(maxsize=1024)
def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|_)(?:{pattern})(?:$|_\d*$|\d+$)")


@lru_cache(maxsize=1024)
def _anywhere(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|_)(?:{pattern})(?:_|$|\d)")


def shape_of(name: str, family: str) -> tuple[str, Settings, str] | None:
    """Generator, settings and the reason, by the column's name; None when the name says nothing."""
    name = name.lower()
    for lines in (_TEXT, _NUMBERS):
        for pattern, families, generator, settings in lines:
            if family in families.split() and _words(pattern).search(name):
                return generator, dict(settings), f"by its name, like {pattern.split('|')[0]}"
    for lines in (_TEXT, _NUMBERS):
        for pattern, families, generator, settings in lines:
            if family in families.split() and _anywhere(pattern).search(name):
                return generator, dict(settings), f"by its name, like {pattern.split('|')[0]}"
    return None


def time_rank(name: str) -> int:
    """When in a row's life it happens: 0 at its beginning, 1 later, 2 at its end, 3 still ahead, −1 is a birth date."""
    name = name.lower()
    return next((rank for pattern, rank in _TIMES if _anywhere(pattern).search(name)), 0)


_RARE = r"deleted|archived|cancelled|canceled|revoked|corrected|correction|lifted|superseded|reverses|delisted|error|refunded"
_OFTEN_NULL = r"closed|completed|finished|ended|resolved|reached|met|parent|note|comment|remark|hold|middle|fax|second|valid_to|edited|read"


def usual_null_share(name: str) -> float:
    """The share of nulls that a nullable column of that name usually has."""
    name = name.lower()
    if _anywhere(_RARE).search(name):
        return 0.95
    if _anywhere(_OFTEN_NULL).search(name):
        return 0.5
    return 0.1


def true_share(name: str, default: str | None) -> float:
    """The share of true that a boolean column of that name usually has."""
    name = name.lower()
    if _anywhere(r"active|enabled|visible|valid|verified|open|tradable|public|current").search(name):
        return 0.9
    if _anywhere(r"deleted|test|internal|blocked|locked|admin|hidden|archived|failed|superuser|lead|default").search(
        name
    ):
        return 0.05
    return {"true": 0.85, "false": 0.15}.get((default or "").lower(), 0.5)


_HEAVY = re.compile(
    r"(filled|completed?|done|shipped|delivered|paid|closed|settled|resolved|captured|active|success|ok|sent|matched)$",
    re.IGNORECASE,
)


def choice_weights(name: str, values: tuple[str, ...], default: str | None) -> tuple[int, ...]:
    """Weights in thousandths: falling like Zipf in the order of the values; of a state the finished ones are heavy."""
    weights = [1000 // (at + 1) for at in range(len(values))]
    usual = (default or "").split("::", maxsplit=1)[0].strip("'")
    state = bool(_anywhere(r"status|state|stage|phase").search(name.lower()))
    for at, value in enumerate(values):
        if _HEAVY.search(value) if state else value == usual:
            weights[at] = 1500
    return tuple(weights)
