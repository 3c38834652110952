"""Sentences to speak, from Debian's fortune and iso-codes packages, in the scripts espeak-ng reads."""

import gettext
import random
import re
from pathlib import Path

FORTUNES = Path("/usr/share/games/fortunes")
LOCALE = Path("/usr/share/locale")
_FOLDERS = {"de": ["de"], "es": ["es"], "it": ["it"], "ru": ["ru"], "pl": ["pl"], "cs": ["cs"]}
_FILES = {"pt": ["brasil"], "zh": ["chinese", "tang300", "song100"], "ga": ["ga/proverbs"]}
_LOCALE_NAMES = {"zh": "zh_CN", "pt": "pt_BR", "en": "en_GB"}


def sentences(language):
    """At least a few hundred lines of 20 to 140 characters in `language` (two-letter code)."""
    if language == "en":
        paths = [p for p in FORTUNES.iterdir() if p.is_file() and p.suffix == ""]
        skip = {"ascii-art", "banner", "brasil", "chinese", "tang300", "song100", "goedel", "zuse",
                "debian", "italia", "leggi", "luke", "luttazzi", "norm", "definizioni", "formiche",
                "itatrek", "jackfr", "paolotedeschi", "adams", "cookie", "knghtbrd"}  # fmt: skip
        paths = [p for p in paths if p.name not in skip]
    else:
        paths = [p for f in _FOLDERS.get(language, []) for p in (FORTUNES / f).iterdir()]
        paths += [FORTUNES / name for name in _FILES.get(language, [])]
    found = [s for path in sorted(paths) if path.is_file() for s in _read(path)]
    return found + _word_lists(language)


def _read(path):
    if path.suffix in {".dat", ".u8"} or path.stat().st_size > 3_000_000:
        return
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    for cookie in re.split(r"\n%+\n", text):
        flat = re.sub(r"\s+", " ", re.sub(r"[^\w\s.,;:?!'’，。；：？！-]", " ", cookie)).strip()
        for sentence in re.findall(r"[^.?!。？！;]+[.?!。？！;]*", flat):
            short = 8 if ord(max(sentence)) > 0x2E80 else 20
            if short <= len(sentence.strip()) <= 140:
                yield sentence.strip()


def _word_lists(language):
    """Names of countries, languages and currencies, in groups: words where there are no texts."""
    rng = random.Random(f"words {language}")
    words = []
    for domain in ("iso_3166-1", "iso_639-3", "iso_4217", "iso_15924"):
        words += _translations(_LOCALE_NAMES.get(language, language), domain)
    rng.shuffle(words)
    groups, i = [], 0
    while i < len(words):
        n = rng.randint(2, 6)
        groups.append(", ".join(words[i : i + n])[:160])
        i += n
    return groups


def _translations(locale, domain):
    path = LOCALE / locale / "LC_MESSAGES" / f"{domain}.mo"
    if not path.exists():
        return []
    with open(path, "rb") as file:
        catalog = gettext.GNUTranslations(file)._catalog
    words = {v.split(";")[0].strip() for k, v in catalog.items() if k and isinstance(v, str)}
    if locale == "ja":  # espeak-ng spells kanji out as "Chinese letter"
        words = {w for w in words if all("\u3040" <= c <= "\u30ff" for c in w)}
    return sorted(words)
