"""Every phone set the voices speak, as the 15 visemes of server/speech/visemes.ts (same order).

A phone becomes one viseme, or two halves for diphthongs. Three alphabets meet here: IPA (espeak-ng),
ARPAbet (flite, festival's English, human alignments) and the SAMPA-like sets of festival's Italian,
Czech and Finnish voices.
"""

import unicodedata

VISEMES = ["sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou"]
INDEX = {name: i for i, name in enumerate(VISEMES)}
HOLD = -1  # no mouth shape of its own (h, glottal stop, length marks): the next phone's shape holds

ARTICULATORS = ["jaw", "wide", "round", "close", "bite", "tongue"]  # and "voiced", which is heard
# How far each viseme opens the jaw, spreads and rounds the lips, shuts them, bites, lifts the tongue.
POSTURES = {
    "sil": (0, 0, 0, 0, 0, 0), "PP": (0.05, 0, 0, 1, 0, 0), "FF": (0.1, 0, 0, 0.3, 1, 0),
    "TH": (0.2, 0.1, 0, 0, 0, 0.8), "DD": (0.2, 0.15, 0, 0, 0, 0.7), "kk": (0.3, 0.1, 0, 0, 0, 0.3),
    "CH": (0.15, 0, 0.7, 0, 0, 0.4), "SS": (0.1, 0.5, 0, 0, 0, 0.5), "nn": (0.2, 0.1, 0, 0, 0, 0.7),
    "RR": (0.2, 0, 0.45, 0, 0, 0.3), "aa": (1, 0.2, 0, 0, 0, 0), "E": (0.65, 0.5, 0, 0, 0, 0),
    "ih": (0.3, 0.9, 0, 0, 0, 0.2), "oh": (0.7, 0, 0.7, 0, 0, 0), "ou": (0.25, 0, 1, 0, 0, 0),
}  # fmt: skip

_IPA_GROUPS = {
    "PP": "pbmɓʘ",
    "FF": "fvɱʋɸ",
    "TH": "θð",
    "DD": "tdʈɖɗ",
    "kk": "kɡgqxɣχɢʛcɟçʝɠ",
    "CH": "ʃʒɕʑʂʐɧ",
    "SS": "szɬɮ",
    "nn": "nlɲŋɳɴʎɭɫʟ",
    "RR": "rɹɾʁʀɽɻɚɝ",
    "aa": "aɑɐæʌɶɒəä",
    "E": "eɛɘɜøœɞ",
    "ih": "iɪɨᵻjyʏɯɰ",
    "oh": "oɔɵɤ",
    "ou": "uʊʉwʍɥβ",
}
_IPA = {char: name for name, chars in _IPA_GROUPS.items() for char in chars}
_IPA_HOLD = "hɦʔħʕ"
_AFFRICATES = {"tʃ", "dʒ", "tɕ", "dʑ", "tʂ", "dʐ", "ts", "dz", "tɬ", "pf"}

_ARPABET = {
    "p b m": ["PP"], "f v": ["FF"], "th dh": ["TH"], "t d dx": ["DD"], "k g": ["kk"],
    "ch jh sh zh": ["CH"], "s z": ["SS"], "n l ng nx el en": ["nn"], "r er axr": ["RR"],
    "aa ah ae ax ah0": ["aa"], "ao": ["oh"], "eh": ["E"], "ih iy y ix": ["ih"], "uh uw w ux": ["ou"],
    "ay": ["aa", "ih"], "aw": ["aa", "ou"], "ey": ["E", "ih"], "ow": ["oh", "ou"], "oy": ["oh", "ih"],
    "em": ["PP"], "pau sil h# brth sp ssil": ["sil"], "hh hv q": [],
}  # fmt: skip

# festival's Italian (lp, pc), Czech and Finnish phone names; a trailing digit marks stress, ':' length.
_SAMPA = {
    "p b m": ["PP"], "f v M": ["FF"], "t d t~ d~": ["DD"], "k g x c g~ N~": ["kk"],
    "tS dZ S Z sh zh ch dz~ s~ z~ c~": ["CH"], "s z ts dz": ["SS"], "n l L J N ng nj n~ nn": ["nn"],
    "r r~ R": ["RR"], "a aa ae @": ["aa"], "e E ee": ["E"], "i j y I": ["ih"], "o O oo": ["oh"],
    "u w uu U": ["ou"], "# ## pau _": ["sil"], "h ?": [],
}  # fmt: skip


def _flat(table):
    return {p: [INDEX[v] for v in vis] or [HOLD] for ps, vis in table.items() for p in ps.split()}


_ARPABET_FLAT, _SAMPA_FLAT = _flat(_ARPABET), _flat(_SAMPA)


def arpabet(phone):
    """Visemes of an ARPAbet phone in either case, stress digit allowed; None when unknown."""
    return _ARPABET_FLAT.get(phone.lower().rstrip("012"))


def sampa(phone):
    """Visemes of a phone of festival's Italian, Czech or Finnish voices; None when unknown."""
    bare = phone.rstrip("1:*") or phone
    return _SAMPA_FLAT.get(phone) or _SAMPA_FLAT.get(bare)


def ipa(name):
    """Visemes of espeak-ng's IPA name, in spoken order: 'aɪ' gives [aa, ih], 'tʃ' gives [CH]."""
    base = [c for c in unicodedata.normalize("NFD", name) if c in _IPA or c in _IPA_HOLD]
    if not base:
        return [INDEX["sil"]] if name.strip("_: ") == "" else None
    if "".join(base[:2]) in _AFFRICATES:
        return [INDEX[_IPA[base[1]]]]
    if "˞" in name:
        return [INDEX["RR"]]
    out = [HOLD if c in _IPA_HOLD else INDEX[_IPA[c]] for c in base]
    return [v for i, v in enumerate(out) if i == 0 or v != out[i - 1]]
