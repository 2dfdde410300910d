"""Pools of words, loaded once. Mimesis gives names, places and trades; codes and plainly fake addresses are our own."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

_CURRENCIES = "EUR USD GBP CHF JPY SEK NOK DKK PLN CZK HUF RON BGN TRY AUD NZD CAD SGD HKD INR CNY KRW ZAR BRL MXN ILS AED SAR THB MYR IDR PHP TWD CLP COP PEN ISK KWD QAR EGP"
_COUNTRIES = "DE US GB FR NL CH AT BE LU IE ES PT IT SE NO DK FI PL CZ HU RO BG GR TR AU NZ CA SG HK IN CN JP KR ZA BR MX IL AE SA TH MY ID PH TW CL CO PE IS KW QA EG EE LV LT SK SI HR CY MT UA"
_MICS = "XNYS XNAS XLON XETR XPAR XAMS XBRU XLIS XMIL XMAD XSWX XSTO XHEL XCSE XOSL XWAR XPRA XBUD XWBO XDUB XTSE XASX XTKS XHKG XSES XBOM XNSE XKRX XTAI XJSE BVMF XMEX BATE CHIX TRQX AQXE CEUX TQEX EQTA XEUR XCME XCBT IFEU IFUS NDEX ARCX BATS EDGX IEXG MEMX"
_ZONES = "Europe/Berlin Europe/London Europe/Paris Europe/Zurich Europe/Stockholm America/New_York America/Chicago America/Toronto America/Sao_Paulo Asia/Tokyo Asia/Singapore Asia/Kolkata Asia/Hong_Kong Australia/Sydney Africa/Johannesburg UTC"
_LOCALES = "en-GB en-US de-DE fr-FR nl-NL es-ES it-IT pt-PT sv-SE da-DK pl-PL cs-CZ ja-JP ko-KR zh-CN pt-BR"
_MATERIALS = "amber ash bamboo birch brass bronze cedar cherry clay copper cork cotton glass granite iron ivory jute leather linen maple marble oak olive pearl pine river sand silk silver slate steel stone velvet walnut willow wool"
_THINGS = "lamp chair table shelf bowl vase mirror clock basket blanket cushion rug tray mug plate bottle box candle frame stool bench desk cabinet curtain kettle pan knife board"
_ENDINGS = "Ltd GmbH Inc AG BV SA Group Partners Works Labs"
_BROWSERS = "Mozilla/5.0 (X11; Linux x86_64)|Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5)|Mozilla/5.0 (Windows NT 10.0; Win64; x64)|curl/8.9|okhttp/4.12|python-requests/2.32"
_METHODS = "card transfer wallet invoice cash"
_TYPES = "application/json image/png image/jpeg application/pdf text/plain text/csv"
_LANGUAGES = "en de fr nl es it pt sv da pl cs ja ko zh tr uk"
_HTTP = "GET POST PUT PATCH DELETE"


@cache
def pool(name: str) -> tuple[str, ...]:
    """The words of one pool, in a fixed order, no two alike.

    Raises:
        KeyError: there is no pool of that name.
    """
    return tuple(dict.fromkeys(_POOLS[name]()))


PHRASES = 1024


@cache
def phrases(count: int, longest: int | None = None) -> tuple[str, ...]:
    """About a thousand texts of `count` words each (1 to 3), those of at most `longest` characters.

    Sentences are put together from them: a text of few different ones is cheap to make and to store.
    """
    words = pool("word")
    made = dict.fromkeys(
        " ".join(
            words[(at * (1, 131, 197)[place] + at // len(words) * 53 * place + 17 * place) % len(words)]
            for place in range(count)
        )
        for at in range(PHRASES)
    )
    return tuple(text for text in made if longest is None or len(text) <= longest)


def pools() -> tuple[str, ...]:
    """The names of all pools."""
    return tuple(_POOLS)


@cache
def _dataset(name: str) -> dict[str, Any]:
    text = files("mimesis").joinpath("datasets", "en", f"{name}.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def _thin(words: list[str], size: int) -> list[str]:
    """About `size` of the words, evenly over the list, plain ASCII words only."""
    plain = [word for word in words if word.isascii() and all(part.isalpha() for part in word.split())]
    return plain[:: max(1, len(plain) // size)][:size]


def _names() -> list[str]:
    names = _dataset("person")["names"]
    return [name for pair in zip(_thin(names["female"], 150), _thin(names["male"], 150), strict=False) for name in pair]


def _surnames() -> list[str]:
    surnames = _dataset("person")["surnames"]
    return _thin(surnames if isinstance(surnames, list) else surnames["female"], 400)


def _words() -> list[str]:
    words = _dataset("text")["words"]
    flat = words if isinstance(words, list) else [word for group in words.values() for word in group]
    return [word.lower() for word in _thin(flat, 600) if 3 <= len(word) <= 10 and " " not in word]


def _companies() -> list[str]:
    words, endings = pool("word"), _ENDINGS.split()
    return [f"{word.title()} {endings[at % len(endings)]}" for at, word in enumerate(words)]


def _products() -> list[str]:
    things = _THINGS.split()
    return [
        f"{material.title()} {things[(at + turn * 7) % len(things)]}"
        for turn in range(12)
        for at, material in enumerate(_MATERIALS.split())
    ]


def _streets() -> list[str]:
    return [f"{name} Street" for name in _dataset("address")["street"]["name"]]


_POOLS: dict[str, Any] = {
    "first_name": _names,
    "last_name": _surnames,
    "word": _words,
    "company": _companies,
    "product": _products,
    "job": lambda: _thin(_dataset("person")["occupation"], 200),
    "city": lambda: _thin(_dataset("address")["city"], 300),
    "street": lambda: _thin(_streets(), 200),
    "country_name": lambda: _thin(sorted(set(_country_names())), 120),
    "color": lambda: [word.lower() for word in _thin(_colors(), 60)],
    "currency": _CURRENCIES.split,
    "country": _COUNTRIES.split,
    "mic": _MICS.split,
    "time_zone": _ZONES.split,
    "locale": _LOCALES.split,
    "language": _LANGUAGES.split,
    "user_agent": lambda: _BROWSERS.split("|"),
    "payment_method": _METHODS.split,
    "mime_type": _TYPES.split,
    "http_method": _HTTP.split,
}


def _country_names() -> list[str]:
    names = _dataset("address")["country"]["name"]
    return names if isinstance(names, list) else list(names.values())


def _colors() -> list[str]:
    colors = _dataset("text")["color"]
    return colors if isinstance(colors, list) else [name for group in colors.values() for name in group]
