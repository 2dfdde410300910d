"""MySQL's character sets: other names, their default collations, how many bytes a character takes."""

from __future__ import annotations

# What a server is taken to use where the text does not say: MariaDB's and MySQL 8's default.
ASSUMED = "utf8mb4"
_COLLATIONS = {
    "armscii8": "armscii8_general_ci",
    "ascii": "ascii_general_ci",
    "big5": "big5_chinese_ci",
    "binary": "binary",
    "cp1250": "cp1250_general_ci",
    "cp1251": "cp1251_general_ci",
    "cp1256": "cp1256_general_ci",
    "cp1257": "cp1257_general_ci",
    "cp850": "cp850_general_ci",
    "cp852": "cp852_general_ci",
    "cp866": "cp866_general_ci",
    "cp932": "cp932_japanese_ci",
    "dec8": "dec8_swedish_ci",
    "eucjpms": "eucjpms_japanese_ci",
    "euckr": "euckr_korean_ci",
    "gb18030": "gb18030_chinese_ci",
    "gb2312": "gb2312_chinese_ci",
    "gbk": "gbk_chinese_ci",
    "geostd8": "geostd8_general_ci",
    "greek": "greek_general_ci",
    "hebrew": "hebrew_general_ci",
    "hp8": "hp8_english_ci",
    "keybcs2": "keybcs2_general_ci",
    "koi8r": "koi8r_general_ci",
    "koi8u": "koi8u_general_ci",
    "latin1": "latin1_swedish_ci",
    "latin2": "latin2_general_ci",
    "latin5": "latin5_turkish_ci",
    "latin7": "latin7_general_ci",
    "macce": "macce_general_ci",
    "macroman": "macroman_general_ci",
    "sjis": "sjis_japanese_ci",
    "swe7": "swe7_swedish_ci",
    "tis620": "tis620_thai_ci",
    "ucs2": "ucs2_general_ci",
    "ujis": "ujis_japanese_ci",
    "utf16": "utf16_general_ci",
    "utf16le": "utf16le_general_ci",
    "utf32": "utf32_general_ci",
    "utf8mb3": "utf8mb3_general_ci",
    "utf8mb4": "utf8mb4_general_ci",
}
_BYTES = {
    "utf8mb4": 4, "utf8mb3": 3, "utf16": 4, "utf16le": 4, "utf32": 4, "ucs2": 2, "gb18030": 4, "ujis": 3, "eucjpms": 3,
    "sjis": 2, "cp932": 2, "big5": 2, "gbk": 2, "gb2312": 2, "euckr": 2,
}  # fmt: skip


def charset_name(name: str) -> str:
    """The name that catalogs print: `utf8` is an alias of `utf8mb3`."""
    lower = name.lower()
    return "utf8mb3" if lower == "utf8" else lower


def collation_name(name: str) -> str:
    lower = name.lower()
    return "utf8mb3" + lower[4:] if lower.startswith("utf8_") else lower


def charset_of(collation: str) -> str:
    return charset_name(collation_name(collation).partition("_")[0])


def default_collation(charset: str) -> str:
    """MariaDB's until 11.4; newer servers have others for the Unicode character sets."""
    name = charset_name(charset)
    return _COLLATIONS.get(name, f"{name}_general_ci")


def binary_collation(charset: str) -> str:
    name = charset_name(charset)
    return "binary" if name == "binary" else f"{name}_bin"


def bytes_of(charset: str) -> int:
    """The most bytes that one character takes."""
    return _BYTES.get(charset_name(charset), 1)
