"""Speech with known phones: espeak-ng (in process, phoneme events), flite and festival (commands).

Each function returns (audio float32 at 16 kHz in -1..1, [(start_s, end_s, [viseme, ...]), ...]).
"""

import ctypes as C
import subprocess
import tempfile
import wave
from math import gcd
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

import phones

RATE = 16000


class _Id(C.Union):
    _fields_ = [("number", C.c_int), ("name", C.c_char_p), ("string", C.c_char * 8)]


class _Event(C.Structure):
    # espeak_EVENT in /usr/include/espeak-ng/speak_lib.h
    _fields_ = [
        ("type", C.c_int), ("uid", C.c_uint), ("text_position", C.c_int), ("length", C.c_int),
        ("audio_ms", C.c_int), ("sample", C.c_int), ("user", C.c_void_p), ("id", _Id),
    ]  # fmt: skip


_CALLBACK = C.CFUNCTYPE(C.c_int, C.POINTER(C.c_short), C.c_int, C.POINTER(_Event))
_PHONEME, _END = 7, 5
_PARAM = {"rate": 1, "pitch": 3, "range": 4}


class Espeak:
    """libespeak-ng in synchronous mode. One per process: the library keeps global state."""

    def __init__(self):
        self._lib = C.CDLL("libespeak-ng.so.1")
        self._rate = self._lib.espeak_Initialize(2, 0, None, 3)  # synchronous, IPA phoneme events
        self._audio, self._events = [], []
        self._callback = _CALLBACK(self._collect)
        self._lib.espeak_SetSynthCallback(self._callback)

    def say(self, voice, text, rate=170, pitch=50, pitch_range=50):
        self._audio.clear()
        self._events.clear()
        if self._lib.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice}")
        for name, value in (("rate", rate), ("pitch", pitch), ("range", pitch_range)):
            self._lib.espeak_SetParameter(_PARAM[name], int(value), 0)
        data = text.encode() + b"\0"
        self._lib.espeak_Synth(data, len(data), 0, 0, 0, 1, None, None)
        if not self._audio:
            return np.zeros(0, np.float32), []
        audio = np.concatenate(self._audio).astype(np.float32) / 32768
        segments = _espeak_segments(self._events, len(audio) / self._rate)
        return to_rate(audio, self._rate), _with_closures(segments, audio, self._rate)

    def _collect(self, samples, count, events):
        if count > 0 and samples:
            self._audio.append(np.ctypeslib.as_array(samples, (count,)).copy())
        i = 0
        while events[i].type != 0:
            event = events[i]
            if event.type == _PHONEME:
                name = bytes(event.id.string).decode("utf-8", "ignore")
                if not name.startswith("("):  # a switch of language, not a phone
                    self._events.append((event.audio_ms / 1000, name))
            elif event.type == _END:
                self._events.append((event.audio_ms / 1000, ""))
            i += 1
        return 0


def _espeak_segments(events, duration):
    """Phone events carry their start only: each lasts until the next one."""
    out = []
    for i, (start, name) in enumerate(events):
        end = events[i + 1][0] if i + 1 < len(events) else duration
        visemes = phones.ipa(name)
        if visemes is None and out:  # a modifier such as ʲ lengthens what it follows
            out[-1] = (out[-1][0], end, out[-1][2])
        elif end > start and visemes is not None:
            out.append((start, end, visemes))
    return out


_STOPS = {phones.INDEX[name] for name in ("PP", "DD", "kk", "CH")}


def _with_closures(segments, audio, rate):
    """espeak-ng's event of a stop marks its burst: give the silent closure before it to the stop."""
    block = rate // 200
    quiet = np.abs(audio[: len(audio) // block * block].reshape(-1, block)).mean(1) < 2e-3
    out = []
    for start, end, visemes in segments:
        if visemes[0] in _STOPS and out:
            event = min(int(start * 200), len(quiet) - 1)
            at = next((i for i in range(event, max(0, event - 6), -1) if quiet[i]), 0)
            limit = max(0, at - (16 if out[-1][2] == [0] else 30))
            while at > limit and quiet[at - 1]:
                at -= 1
            if 0 < at / 200 < start and at > 0:
                start = max(at / 200, out[-1][0] + 0.01)
                out[-1] = (out[-1][0], start, out[-1][2])
        out.append((start, end, visemes))
    return out


def flite(voice, text, stretch=1.0):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.wav"
        command = ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch:.2f}", "-psdur",
                   "-t", text, "-o", str(path)]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        pairs = [item.rsplit(":", 1) for item in done.stdout.split() if ":" in item]
        ends = [(float(end), phones.arpabet(name)) for name, end in pairs]
        return read_wav(path), _from_ends(ends)


def festival(voice, texts, stretch=1.0):
    """Several sentences in one festival process (its start takes longer than a sentence)."""
    convert = phones.arpabet if voice in ENGLISH_FESTIVAL else phones.sampa
    with tempfile.TemporaryDirectory() as folder:
        lines = [f"({voice})", f"(Parameter.set 'Duration_Stretch {stretch:.2f})"]
        for i, text in enumerate(texts):
            quoted = text.replace("\\", " ").replace('"', " ")
            lines.append(
                f'(unwind-protect (begin (set! u (utt.synth (eval (list \'Utterance \'Text "{quoted}"))))'
                f'(utt.save.segs u "{folder}/{i}.lab") (utt.save.wave u "{folder}/{i}.wav" \'riff)))'
            )
        script = Path(folder) / "say.scm"
        script.write_bytes("\n".join(lines).encode(FESTIVAL_CHARSET.get(voice, "latin-1"), "ignore"))
        subprocess.run(["festival", "-b", str(script)], capture_output=True, timeout=300)
        for i in range(len(texts)):
            wav, lab = Path(folder) / f"{i}.wav", Path(folder) / f"{i}.lab"
            if wav.exists() and lab.exists():
                rows = [line.split() for line in lab.read_text("latin-1").splitlines()]
                ends = [(float(r[0]), convert(r[2])) for r in rows if len(r) == 3]
                yield i, read_wav(wav), _from_ends(ends)


ENGLISH_FESTIVAL = {"voice_kal_diphone", "voice_ked_diphone", "voice_cmu_us_slt_arctic_hts"}
FESTIVAL_CHARSET = {f"voice_czech_{name}": "iso-8859-2" for name in ("ph", "dita", "machac", "krb")}


def _from_ends(ends):
    start, out = 0.0, []
    for end, visemes in ends:
        if visemes is not None and end > start:
            out.append((start, end, visemes))
        start = end
    return out


def read_wav(path):
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return to_rate(samples.astype(np.float32) / 32768, file.getframerate())


def to_rate(audio, rate):
    if rate == RATE:
        return audio
    divisor = gcd(RATE, rate)
    return resample_poly(audio, RATE // divisor, rate // divisor).astype(np.float32)


def viseme_track(segments, samples, step_s=0.005):
    """Viseme index per 5 ms (uint8); time without a phone is silence, HOLD takes the next shape."""
    track = np.zeros(int(samples / RATE / step_s) + 1, np.uint8)
    resolved = _resolve_holds([(s, e, v) for s, e, vs in segments for s, e, v in _split(s, e, vs)])
    for start, end, viseme in resolved:
        track[round(start / step_s) : round(end / step_s)] = viseme
    return track


def _split(start, end, visemes):
    """A diphthong's first target holds for 55 % of its time."""
    if len(visemes) == 1:
        return [(start, end, visemes[0])]
    share = [0.55] + [0.45 / (len(visemes) - 1)] * (len(visemes) - 1)
    edges = start + (end - start) * np.concatenate([[0], np.cumsum(share)])
    return [(edges[i], edges[i + 1], v) for i, v in enumerate(visemes)]


def _resolve_holds(segments):
    out, following = [], phones.INDEX["aa"]
    for start, end, viseme in reversed(segments):
        if viseme == phones.HOLD:
            viseme = following if following != 0 else phones.INDEX["aa"]
        out.append((start, end, viseme))
        following = viseme
    return out[::-1]
