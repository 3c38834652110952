"""Makes the training data: shards of mel powers and viseme tracks. Resumable: finished shards stay.

A shard is an .npz of `mel` (float16 log10 power, [frames, 40], 10 ms), `track` (uint8 viseme, 5 ms),
`ends` (mel frames at which utterances end, even numbers). Every shard has its own seed.
"""

import argparse
import functools
import random
import zlib
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

import frontend
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
quincy rob robert sandro shelby steph steph2 steph3 travis victor whisper whisperf zac""".split()
FLITE = {"awb": 3, "slt": 3, "kal": 2}
FESTIVAL = {
    "voice_kal_diphone": ("en", 3), "voice_cmu_us_slt_arctic_hts": ("en", 3),
    "voice_lp_diphone": ("it", 2), "voice_czech_ph": ("cs", 1), "voice_czech_dita": ("cs", 1),
    "voice_czech_machac": ("cs", 1), "voice_czech_krb": ("cs", 1),
    "voice_suo_fi_lj_diphone": ("it", 1), "voice_hy_fi_mv_diphone": ("it", 1),
}  # fmt: skip
HELD_OUT = {"flite": {"rms": 1}, "festival": {"voice_ked_diphone": ("en", 1), "voice_pc_diphone": ("it", 1)}}
PER_SHARD = 60


def jobs():
    for voice, (language, shards) in ESPEAK.items():
        yield from ((f"espeak-{voice}-{i}", "espeak", voice, language) for i in range(shards))
    for voice, shards in FLITE.items():
        yield from ((f"flite-{voice}-{i}", "flite", voice, "en") for i in range(shards))
    for voice, (language, shards) in FESTIVAL.items():
        yield from ((f"festival-{voice}-{i}", "festival", voice, language) for i in range(shards))
    yield from ((f"heldout-flite-{voice}", "flite", voice, "en") for voice in HELD_OUT["flite"])
    for voice, (language, _) in HELD_OUT["festival"].items():
        yield f"heldout-{voice}", "festival", voice, language
    yield from ((f"noise-{i}", "noise", "", "") for i in range(4))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--part", default="0/1", help="i/n: only every n-th shard, for n processes")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    part, parts = (int(x) for x in options.part.split("/"))
    todo = sorted(jobs(), key=lambda job: zlib.crc32(job[0].encode()))
    for name, kind, voice, language in todo[part::parts]:
        path = options.out / f"{name}.npz"
        if not path.exists():
            write_shard(path, utterances(name, kind, voice, language))
            print(name, f"{path.stat().st_size / 1e6:.1f} MB", flush=True)


def utterances(name, kind, voice, language):
    """Yields (audio, 5 ms track). The seed is the shard's name."""
    rng = random.Random(name)
    numbers = np.random.default_rng(zlib.crc32(name.encode()))
    if kind == "noise":
        for _ in range(40):
            audio = noises.make_noise(numbers)
            yield audio, np.zeros(len(audio) // 80 + 1, np.uint8)
        return
    lines = rng.sample(pool := texts.sentences(language), min(PER_SHARD, len(pool)))
    lines += rng.choices(pool, k=PER_SHARD - len(lines))
    warp = not name.startswith("heldout")
    for audio, segments in _spoken(kind, voice, lines, rng):
        if len(audio) < synth.RATE // 2 or not segments:
            continue
        audio, segments = _resized(audio, segments, rng) if warp and rng.random() < 0.6 else (audio, segments)
        yield audio, synth.viseme_track(segments, len(audio))


def _spoken(kind, voice, lines, rng):
    if kind == "espeak":
        engine = _espeak()
        for line in lines:
            variant = f"+{rng.choice(VARIANTS)}" if rng.random() < 0.9 else ""
            yield engine.say(voice + variant, line, rng.gauss(165, 35), rng.gauss(50, 18), rng.uniform(20, 90))
    elif kind == "flite":
        for line in lines:
            yield synth.flite(voice, line, rng.uniform(0.8, 1.3))
    else:
        for i in range(0, len(lines), 10):
            found = synth.festival(voice, lines[i : i + 10], rng.uniform(0.8, 1.3))
            yield from ((audio, segments) for _, audio, segments in found)


@functools.cache
def _espeak():
    return synth.Espeak()


def _resized(audio, segments, rng):
    """Played faster or slower: pitch, formants and tempo of another body."""
    up = rng.randint(34, 47)
    factor = up / 40
    return (
        resample_poly(audio, up, 40).astype(np.float32),
        [(start * factor, end * factor, visemes) for start, end, visemes in segments],
    )


def write_shard(path, items):
    mels, tracks, ends, total = [], [], [], 0
    for audio, track in items:
        frames = len(audio) // 320 * 2
        mel = np.log10(frontend.mel_power(audio)[:frames] + frontend.FLOOR)
        frames = len(mel) // 2 * 2
        mels.append(mel[:frames].astype(np.float16))
        tracks.append(np.resize(np.pad(track, (0, max(0, frames * 2 - len(track)))), frames * 2))
        total += frames
        ends.append(total)
    temporary = path.with_suffix(".part.npz")
    np.savez(temporary, mel=np.concatenate(mels), track=np.concatenate(tracks), ends=np.array(ends))
    temporary.rename(path)


if __name__ == "__main__":
    main()
