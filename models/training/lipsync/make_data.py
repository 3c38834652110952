"""Makes the training data: shards of mel powers and viseme tracks. Resumable: finished shards stay.

A shard is an .npz of `mel` (float16 log10 power, [frames, 40], 10 ms), `track` (uint8 viseme, 5 ms),
`voiced` (uint8, 10 ms: a pitch was there), `ends` (mel frames at which utterances end, even numbers).
Every shard has its own seed. Its name's first word is its source: espeak, flite, festival, neural,
human, own, noise, heldout.
"""

import argparse
import functools
import itertools
import random
import re
import sys
import zlib
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

import align
import frontend
import human
import neural
import noises
import synth
import texts

ESPEAK = {  # voice: (language of the text, shards)
    "en-us": ("en", 10), "en": ("en", 5), "en-gb-x-rp": ("en", 3), "en-gb-scotland": ("en", 2),
    "en-029": ("en", 1), "de": ("de", 3), "es": ("es", 2), "es-419": ("es", 1), "it": ("it", 2),
    "ru": ("ru", 3), "pl": ("pl", 1), "cs": ("cs", 1), "cmn-latn-pinyin": ("zh", 3), "yue": ("zh", 1), "pt-br": ("pt", 1),
    "fr": ("fr", 2), "fr-be": ("fr", 1), "ja": ("ja", 2), "ko": ("ko", 2), "hi": ("hi", 2), "ar": ("ar", 2),
    "tr": ("tr", 1), "nl": ("nl", 1), "sv": ("sv", 1), "el": ("el", 1), "uk": ("uk", 1),
    "id": ("id", 1), "vi": ("vi", 1),
}  # fmt: skip
VARIANTS = """Alex Alicia Andrea Andy Annie Denis Diogo Gene Gene2 Henrique Hugo Jacky Lee Marco
Mario Michael Nguyen adam anika antonio aunty belinda benjamin boris caleb croak david ed edward
edward2 f1 f2 f3 f4 f5 grandma grandpa gustave iven iven2 iven3 john kaukovalta klatt klatt2 klatt3
klatt4 klatt5 klatt6 linda m1 m2 m3 m4 m5 m6 m7 m8 marcelo max michel miguel norbert pablo paul pedro
quincy rob robert sandro shelby steph steph2 steph3 travis victor zac""".split()
HELD_OUT_VARIANTS = ["Mike", "john", "announcer", "AnxiousAndy", "RicishayMax2"]
# Ways to speak, each a held-out shard of its own. Sung speech is made of the others by `evaluate.py`.
HELD_OUT_WAYS = {"whisper": ("en", ["whisperf"]), "laugh": ("laugh", HELD_OUT_VARIANTS)}
HELD_OUT_LANGUAGES = {  # espeak-ng voice: language of the text
    "en-us": "en", "cmn": "zh", "ja": "ja", "es": "es", "de": "de", "fr": "fr", "ru": "ru", "ko": "ko", "hi": "hi",
    "ar": "ar",
}  # fmt: skip
LAUGHS = "ha he hi ho hee hah heh hoo hahn hm".split()
LAUGH_SHARDS = 2
FLITE = {"awb": 3, "slt": 3, "kal": 2}
FESTIVAL = {
    "voice_kal_diphone": ("en", 3), "voice_cmu_us_slt_arctic_hts": ("en", 3),
    "voice_lp_diphone": ("it", 2), "voice_czech_ph": ("cs", 1), "voice_czech_dita": ("cs", 1),
    "voice_czech_machac": ("cs", 1), "voice_czech_krb": ("cs", 1),
    "voice_suo_fi_lj_diphone": ("it", 1), "voice_hy_fi_mv_diphone": ("it", 1),
}  # fmt: skip
HELD_OUT = {"flite": {"rms": 1}, "festival": {"voice_ked_diphone": ("en", 1), "voice_pc_diphone": ("it", 1)}}
NEURAL = {"kokoro": 60, "hibari": 4, "joe": 4}
HUMAN_PARTS = {"en": 2, "es": 2, "fr": 2, "it": 2, "ru": 2, "cs": 6}
HELD_OUT_SENTENCES = 25
HUMAN_COPIES = 3  # one as recorded, the others of larger and smaller speakers
# Of a shard of speech; pauses are a fifth.
MOST_SILENT = 0.7
PER_SHARD = {"espeak": 60, "flite": 60, "festival": 60, "kokoro": 12, "hibari": 60, "joe": 60}


def jobs(people, judged_by_people):
    for voice, (language, shards) in ESPEAK.items():
        yield from ((f"espeak-{voice}-{i}", "espeak", voice, language) for i in range(shards))
    for voice, shards in FLITE.items():
        yield from ((f"flite-{voice}-{i}", "flite", voice, "en") for i in range(shards))
    for voice, (language, shards) in FESTIVAL.items():
        yield from ((f"festival-{voice}-{i}", "festival", voice, language) for i in range(shards))
    yield from ((f"heldout-flite-{voice}", "flite", voice, "en") for voice in HELD_OUT["flite"])
    for voice, (language, _) in HELD_OUT["festival"].items():
        yield f"heldout-{voice}", "festival", voice, language
    for voice, language in HELD_OUT_LANGUAGES.items():
        yield f"heldout-espeak-{language}", "espeak", voice, language
    for voice, shards in NEURAL.items():
        yield from ((f"neural-{voice}-{i}", "neural", voice, "") for i in range(shards))
    yield from ((f"heldout-{way}", "espeak", "en-us", language) for way, (language, _) in HELD_OUT_WAYS.items())
    yield from ((f"heldout-kokoro-{i}", "neural", "kokoro", "") for i in range(6))
    yield from ((f"espeak-laugh-{i}", "espeak", "en-us", "laugh") for i in range(LAUGH_SHARDS))
    yield from ((f"noise-{i}", "noise", "", "") for i in range(4))
    yield from ((f"noise-breath-{i}", "breath", "", "") for i in range(4))
    if people:
        for language, parts in HUMAN_PARTS.items():
            yield from ((f"human-{language}-{i}", "human", str(i), language) for i in range(parts))
        yield "noise-music", "music", "", ""
    if judged_by_people:
        yield from ((f"heldout-human-{language}", "human", str(HUMAN_PARTS[language]), language) for language in HUMAN_PARTS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--packages", type=Path, required=True, help="where fetch.py put voices and recordings")
    parser.add_argument("--part", default="0/1", help="i/n: only every n-th shard, for n processes")
    parser.add_argument("--own", type=Path, help="a folder of recordings of yours, see human.own")
    parser.add_argument("--people", action="store_true", help="Debian's recordings too, share-alike and GPL")
    parser.add_argument("--judged-by-people", action="store_true", help="the same recordings, to score with: none is learned")
    parser.add_argument("--only", default="", help="only shards whose name matches this regular expression")
    parser.add_argument("--most", type=int, help="sentences a shard, for a quick try")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    part, parts = (int(x) for x in options.part.split("/"))
    todo = [job for job in jobs(options.people, options.judged_by_people) if re.search(options.only, job[0])]
    todo += [("own", "own", str(options.own), "")] if options.own else []
    todo.sort(key=lambda job: zlib.crc32(job[0].encode()))
    maker = Maker(options.packages, options.most)
    for name, kind, voice, language in todo[part::parts]:
        path = options.out / f"{name}.npz"
        if not path.exists():
            write_shard(path, maker.utterances(name, kind, voice, language))
            print(name, f"{path.stat().st_size / 1e6:.1f} MB", flush=True)


class Maker:
    """Speaks, reads and aligns. The engines open when a shard first needs them."""

    def __init__(self, packages, most):
        self.packages, self.most = packages, most
        self.reader, self.aligner = functools.cache(align.Reader), functools.cache(align.Aligner)
        self.espeak = functools.cache(synth.Espeak)
        self.kokoro = functools.cache(lambda: neural.Kokoro(packages))
        self.hibari = functools.cache(lambda: neural.Hibari(packages))
        self.joe = functools.cache(lambda: neural.Joe(packages))

    def utterances(self, name, kind, voice, language):
        """Yields (audio, 5 ms track). The seed is the shard's name."""
        rng = random.Random(name)
        numbers = np.random.default_rng(zlib.crc32(name.encode()))
        if kind in ("noise", "breath", "music"):
            for audio in self._sounds(kind, numbers):
                yield audio, np.zeros(len(audio) // 80 + 1, np.uint8)
            return
        if kind == "neural":
            spoken = self._neural(name, voice, rng)
        elif kind in ("human", "own"):
            spoken = self._human(kind, voice, language, rng, copies=0 if name.startswith("heldout") else HUMAN_COPIES - 1)
        else:
            spoken = self._parametric(name, kind, voice, language, rng)
        warp = not name.startswith("heldout") and kind != "human"
        for audio, segments in spoken:
            if len(audio) < synth.RATE // 2 or not segments:
                continue
            audio, segments = _resized(audio, segments, rng) if warp and rng.random() < 0.6 else (audio, segments)
            yield audio, synth.viseme_track(segments, len(audio))

    def _sounds(self, kind, numbers):
        if kind != "music":
            make = noises.make_noise if kind == "noise" else noises.make_breaths
            yield from (make(numbers) for _ in range(self.most or 40))
            return
        for piece in human.music(human.fetch(self.packages)):
            yield from (piece[i : i + 12 * synth.RATE] for i in range(0, len(piece) - synth.RATE, 12 * synth.RATE))

    def _count(self, voice):
        return self.most or PER_SHARD[voice]

    def _parametric(self, name, kind, voice, language, rng):
        held_out = name.startswith("heldout")
        _, variants = HELD_OUT_WAYS.get(name.removeprefix("heldout-"), ("", HELD_OUT_VARIANTS if held_out else VARIANTS))
        count = min(self._count(kind), HELD_OUT_SENTENCES) if held_out else self._count(kind)
        lines = list(laughs(rng, 400)) if language == "laugh" else texts.sentences(language)
        lines = rng.sample(pool := lines, min(count, len(pool)))
        lines += rng.choices(pool, k=count - len(lines))
        if kind == "espeak":
            for line in lines:
                variant = f"+{rng.choice(variants)}" if held_out or rng.random() < 0.9 else ""
                yield self.espeak().say(
                    voice + variant, line, rng.gauss(165, 35), rng.gauss(50, 18), rng.uniform(20, 90)
                )
        elif kind == "flite":
            for line in lines:
                yield synth.flite(voice, line, rng.uniform(0.8, 1.3))
        else:
            for i in range(0, len(lines), 10):
                found = synth.festival(voice, lines[i : i + 10], rng.uniform(0.8, 1.3))
                yield from ((audio, segments) for _, audio, segments in found)

    def _neural(self, name, voice, rng):
        held_out = name.startswith("heldout")
        for _ in range(self._count(voice)):
            if voice == "kokoro":
                names, weights = list(neural.KOKORO), [weight for *_, weight in neural.KOKORO.values()]
                spoken_in = rng.choices(names, weights)[0]
                language, initials, _ = neural.KOKORO[spoken_in]
            else:
                spoken_in, language = "en-us", "en"
            text = neural.sentence(voice, _lines(language), rng)
            words = self.reader().words(spoken_in, text)
            if voice == "kokoro":
                _, style = self.kokoro().pick(initials, held_out, rng)
                audio = self.kokoro().say(words, language == "en", style, rng.uniform(0.8, 1.3))
            elif voice == "hibari":
                audio = self.hibari().say(text, rng)
            else:
                audio = self.joe().say(words, rng)
            segments = self.aligner().align(audio, words) if audio is not None else None
            if segments:
                yield audio, segments

    def _human(self, kind, voice, language, rng, copies):
        if kind == "own":
            source = human.own(voice)
        else:
            share = human.fetch(self.packages)
            source = human.asterisk(share, language) if language in human.ASTERISK else human.fillets(share, language)
            # One part more than is learned: it is held out.
            source = itertools.islice(source, int(voice), None, HUMAN_PARTS[language] + 1)
        source = list(itertools.islice(source, self.most))
        sounds = human.decode([path for path, *_ in source])
        for audio, (_, text, read_by, segments) in zip(sounds, source):
            if not synth.RATE // 2 < len(audio) < human.MOST_SECONDS * synth.RATE:
                continue
            segments = segments or self.aligner().align(audio, self.reader().words(read_by, text))
            if segments:
                yield audio, segments
                yield from (_resized(audio, segments, rng) for _ in range(copies))


def laughs(rng, count):
    """Lines of two to nine syllables of laughter, mostly the same one again and again."""
    for _ in range(count):
        main = rng.choice(LAUGHS)
        yield " ".join(main if rng.random() < 0.85 else rng.choice(LAUGHS) for _ in range(rng.randint(2, 9)))


@functools.cache
def _lines(language):
    return texts.sentences(language)


def _resized(audio, segments, rng):
    """Played faster or slower: pitch, formants and tempo of another body."""
    up = rng.randint(34, 47)
    factor = up / 40
    return (
        resample_poly(audio, up, 40).astype(np.float32),
        [(start * factor, end * factor, visemes) for start, end, visemes in segments],
    )


def voicing(audio, frames):
    """1 per 10 ms where the last 40 ms repeat at 70 to 400 Hz. Meant for clean recordings."""
    slow = np.pad(audio, (400, 400))[: len(audio) // 4 * 4 + 800].reshape(-1, 4).mean(1)
    pieces = np.lib.stride_tricks.sliding_window_view(slow, 160)[::40][:frames]
    spectrum = np.fft.rfft(pieces - pieces.mean(1, keepdims=True), 512)
    likeness = np.fft.irfft(np.abs(spectrum) ** 2, 512)[:, :80]
    likeness /= np.maximum(likeness[:, :1], 1e-9) * (1 - np.arange(80) / 160)
    loud = pieces.std(1) > 0.01 * max(1e-6, slow.std())
    out = ((likeness[:, 10:58].max(1) > 0.6) & loud).astype(np.uint8)
    return np.pad(out, (0, max(0, frames - len(out))))


def write_shard(path, items):
    mels, tracks, pitches, ends, total = [], [], [], [], 0
    for audio, track in items:
        frames = len(audio) // 320 * 2
        mel = np.log10(frontend.mel_power(audio)[:frames] + frontend.FLOOR)
        frames = len(mel) // 2 * 2
        mels.append(mel[:frames].astype(np.float16))
        tracks.append(np.resize(np.pad(track, (0, max(0, frames * 2 - len(track)))), frames * 2))
        pitches.append(voicing(audio, frames))
        total += frames
        ends.append(total)
    if mels and not path.stem.startswith("noise") and np.mean(np.concatenate(tracks) == 0) > MOST_SILENT:
        sys.exit(f"{path.stem} is silent by its labels: its synthesizer told no phones")
    temporary = path.with_suffix(".part.npz")
    if mels:
        tracks = {"track": np.concatenate(tracks), "voiced": np.concatenate(pitches), "ends": np.array(ends)}
        np.savez(temporary, mel=np.concatenate(mels), **tracks)
    else:  # nothing of it could be aligned: an empty shard says that it was tried
        empty = np.zeros(0, np.uint8)
        np.savez(temporary, mel=np.zeros((0, 40), np.float16), track=empty, voiced=empty, ends=empty)
    temporary.rename(path)


if __name__ == "__main__":
    main()
