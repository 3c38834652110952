"""Finds where the phones of a known text lie in a recording, in any language that espeak-ng reads.

espeak-ng gives the phones of every word; each is written with the nearest of pocketsphinx's 39 English
phones, and its English acoustic model (in the PyPI wheel, BSD licence) aligns them, 10 ms a frame. Good
to about 20 ms on clean speech; what aligns badly is thrown away.
"""

import ctypes as C
import unicodedata

import numpy as np
import pocketsphinx

import phones

_NEAREST = {
    "P": "pʘ", "B": "bɓ", "M": "mɱ", "F": "fɸ", "V": "vʋβ", "TH": "θ", "DH": "ð", "T": "tʈ", "D": "dɖɗɾ",
    "K": "kcqʛ", "G": "ɡgɟɣɢɠ", "SH": "ʃɕʂɧ", "ZH": "ʒʑʐ", "S": "sɬ", "Z": "zɮ", "N": "nɲɳ", "NG": "ŋɴ",
    "L": "lʎɭɫʟ", "R": "rɹʁʀɽɻ", "HH": "hɦxχħçʕ", "Y": "jʝ", "W": "wʍɥɰ", "AA": "aɑɶä", "AE": "æ",
    "AH": "ʌəɐɤɘɵ", "EH": "ɛeɜɞ", "IH": "ɪɨᵻ", "IY": "iy", "AO": "ɔoɒ", "UH": "ʊɯʏ", "UW": "uʉ", "ER": "ɚɝøœ",
}  # fmt: skip
_TO_ARPABET = {char: name for name, chars in _NEAREST.items() for char in chars}
_PAIRS = {"tʃ": ["CH"], "tɕ": ["CH"], "tʂ": ["CH"], "dʒ": ["JH"], "dʑ": ["JH"], "dʐ": ["JH"], "eɪ": ["EY"],
          "aɪ": ["AY"], "aʊ": ["AW"], "ɔɪ": ["OY"], "oʊ": ["OW"], "əʊ": ["OW"]}  # fmt: skip
_SILENCES = {"<sil>", "(NULL)", "<s>", "</s>", "[NOISE]", "[SPEECH]"}
SHORTEST = 3  # frames: pocketsphinx' phones have three states
MOST_SHORTEST = 0.3  # a greater share of phones squeezed to the least: it did not find them
LEAST_SCORE = -45  # mean acoustic score a frame; English scores -12, other languages -30, a wrong text -50


def nearest(ipa):
    """espeak-ng's IPA name of one phone as pocketsphinx phones; [] for what has no sound of its own."""
    base = "".join(c for c in unicodedata.normalize("NFD", ipa) if c in _TO_ARPABET)
    if base[:2] in _PAIRS:
        return _PAIRS[base[:2]]
    return [_TO_ARPABET[c] for c in base]


class Reader:
    """Words of a text as lists of espeak-ng IPA phones. Shares libespeak-ng's global state."""

    def __init__(self):
        self._lib = C.CDLL("libespeak-ng.so.1")
        # As synth.Espeak opens it: whoever came last would take the other's phoneme events away.
        self._lib.espeak_Initialize(2, 0, None, 3)
        self._lib.espeak_TextToPhonemes.restype = C.c_char_p
        self._lib.espeak_TextToPhonemes.argtypes = [C.POINTER(C.c_char_p), C.c_int, C.c_int]

    def words(self, voice, text):
        self._lib.espeak_SetVoiceByName(voice.encode())
        pointer, out = C.c_char_p(text.encode()), []
        while pointer.value:
            ipa = self._lib.espeak_TextToPhonemes(C.byref(pointer), 1, (ord("_") << 8) | 2)
            out += (ipa or b"").decode("utf-8", "ignore").split()
        words = [[p for p in word.split("_") if p and not p.startswith("(")] for word in out]
        return [word for word in words if word]


class Aligner:
    def __init__(self):
        self._decoder = pocketsphinx.Decoder(lm=None, loglevel="FATAL", cmn="batch")
        self._known = {}

    def align(self, audio, words):
        """audio float32 16 kHz; words as Reader gives them. [(start_s, end_s, [viseme, ...])] or None."""
        names, spoken = [], []
        for word in words:
            arpabet = [(phone, nearest(phone)) for phone in word]
            arpabet = [(phone, sounds) for phone, sounds in arpabet if sounds]
            if arpabet:
                names.append(self._name(" ".join(s for _, sounds in arpabet for s in sounds)))
                spoken += [(phones.ipa(phone), len(sounds)) for phone, sounds in arpabet]
        found = self._phones(audio, names) if names else None
        if found is None or len(found) != sum(count for _, count in spoken):
            return None
        out, at = [], 0
        for visemes, count in spoken:
            parts = found[at : at + count]
            at += count
            if visemes is not None:
                out.append((parts[0][0] / 100, parts[-1][1] / 100, visemes))
        return out

    def _name(self, pronunciation):
        if pronunciation not in self._known:
            self._known[pronunciation] = f"word{len(self._known)}x"
            self._decoder.add_word(self._known[pronunciation], pronunciation, True)
        return self._known[pronunciation]

    def _phones(self, audio, names):
        """[(first frame, end frame)] of every phone in order, silences left out."""
        data = (np.clip(audio, -1, 1) * 32767).astype("<i2").tobytes()
        try:
            self._decoder.set_align_text(" ".join(names))
            self._run(data)
            if self._decoder.hyp() is None:
                return None
            self._decoder.set_alignment()
            self._run(data)
            found = []
            alignment = self._decoder.get_alignment()  # its entries die with it
            for word in alignment or ():
                if word.name not in _SILENCES:
                    found += [(p.start, p.start + p.duration, p.score) for p in word]
        except RuntimeError:
            return None
        if not found:
            return None
        squeezed = sum(end - start <= SHORTEST for start, end, _ in found) / len(found)
        score = sum(s for _, _, s in found) / sum(end - start for start, end, _ in found)
        self.quality = squeezed, score
        if squeezed > MOST_SHORTEST or score < LEAST_SCORE:
            return None
        return [(start, end) for start, end, _ in found]

    def _run(self, data):
        self._decoder.start_utt()
        self._decoder.process_raw(data, full_utt=True)
        self._decoder.end_utt()
