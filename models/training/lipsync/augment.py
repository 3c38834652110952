"""Batches for training: random pieces of three seconds, made to sound like other rooms, microphones and days.

All in the mel-power domain, which costs a hundredth of the same on samples. Seeded by the step number.
"""

import numpy as np
import torch

from frontend import BANDS, FLOOR
from model import LEVEL_MIN
from phones import POSTURES, VISEMES

FRAMES = 320  # 3.2 s
PERIOD = 4  # track entries (5 ms) per 20 ms step


SHARES = {"human-en": 0.2, "human": 0.25, "own": 0.2, "neural": 0.28, "espeak": 0.32, "festival": 0.22, "flite": 0.18}
# More of it opens the mouth to breath, which sounds much the same.
WHISPERED = 0.002
BREATH = "noise-breath"
UNKNOWN = 255  # voicing of shards that don't tell


class Corpus:
    """All shards in memory: `speech`, `noise` and, of that, `breath` as (log10 mel float16 [n, 40], track uint8 [2 n], voiced [n]).

    Every source is heard as often as SHARES says, however much of it there is.
    """

    def __init__(self, folder):
        self.speech, self.noise, self.breath, kinds = [], [], [], []
        for path in sorted(folder.glob("*.npz")):
            if path.name.startswith("heldout") or ".part" in path.name:
                continue
            data = np.load(path)
            if len(data["mel"]) < 2 * FRAMES:
                continue
            voiced = data["voiced"] if "voiced" in data else np.full(len(data["mel"]), UNKNOWN, np.uint8)
            shard = data["mel"], data["track"], voiced
            if path.name.startswith("noise"):
                self.noise.append(shard)
                if path.name.startswith(BREATH):
                    self.breath.append(shard)
            else:
                self.speech.append(shard)
                kinds.append(next(kind for kind in SHARES if path.name.startswith(kind)))
        sizes = np.array([len(mel) for mel, *_ in self.speech], float)
        totals = {kind: sum(size for size, k in zip(sizes, kinds) if k == kind) for kind in set(kinds)}
        share = np.array([SHARES[k] * size / totals[k] for size, k in zip(sizes, kinds)])
        self.share = share / share.sum()
        self.hours = sizes.sum() / 360000
        self.minutes = {kind: round(total / 6000) for kind, total in sorted(totals.items())}

    def piece(self, rng, frames=None):
        frames = frames or FRAMES
        mel, track, voiced = self.speech[rng.choice(len(self.speech), p=self.share)]
        start = 2 * rng.integers(0, (len(mel) - frames) // 2)
        stop = start + frames
        return 10 ** mel[start:stop].astype(np.float32), track[2 * start : 2 * stop], voiced[start:stop]

    def noise_piece(self, rng):
        mel, *_ = self.noise[rng.integers(len(self.noise))]
        start = rng.integers(0, len(mel) - FRAMES)
        return 10 ** mel[start : start + FRAMES].astype(np.float32)

    def breath_piece(self, rng, length):
        mel, *_ = self.breath[rng.integers(len(self.breath))]
        start = rng.integers(0, len(mel) - length)
        return 10 ** mel[start : start + length].astype(np.float32)


def batch(corpus, size, seed):
    """log_mel [B, 320, 40], soft visemes [B, 160, 15], articulators [B, 160, 7], start level, start floor [B].

    Voicing, the last articulator, is NaN where nobody knows it.
    """
    rng = np.random.default_rng([7, seed])
    mels, targets, postures = [], [], []
    for _ in range(size):
        power, track, voiced = example(corpus, rng)
        mels.append(np.log10(power + FLOOR))
        targets.append(soft_visemes(track))
        postures.append(articulators(track, voiced))
    log_mel = np.stack(mels).astype(np.float32)
    loudest = log_mel.max((1, 2)) - 0.7
    warm = rng.random(size) < 0.5
    level = np.where(warm, rng.uniform(LEVEL_MIN, np.maximum(LEVEL_MIN + 0.1, loudest + 1)), LEVEL_MIN)
    quietest = np.log10(np.mean(10**log_mel, 2)).min(1)
    floor = np.where(warm, quietest + rng.uniform(-0.2, 1, size), 0)
    arrays = log_mel, np.stack(targets), np.stack(postures), level, floor
    return [torch.from_numpy(x.astype(np.float32)) for x in arrays]


def soft_visemes(track):
    """Share of each viseme in every 20 ms step, blurred by 5 ms to each side."""
    hot = np.eye(15, dtype=np.float32)[track]
    padded = np.concatenate([hot[:1], hot, hot[-1:]])
    windows = np.lib.stride_tricks.sliding_window_view(padded, PERIOD + 2, axis=0)[::PERIOD]
    return windows.mean(-1)


_POSTURES = np.array([POSTURES[name] for name in VISEMES], np.float32)
_QUICK, _SLOW = np.hanning(9)[1:-1], np.hanning(33)[1:-1]  # lips that meet: 15 ms; jaw and rounding: 60 ms


def articulators(track, voiced):
    """Postures of the phones, each blurred as fast as it can move; [steps, 7]."""
    raw = _POSTURES[track]
    blurred = [np.convolve(raw[:, i], k / k.sum(), "same") for i, k in enumerate([_SLOW] * 3 + [_QUICK] * 2 + [_SLOW])]
    steps = np.stack(blurred, 1)[PERIOD // 2 :: PERIOD]
    known = np.where(voiced == UNKNOWN, np.nan, voiced).reshape(-1, 2).mean(1)
    return np.concatenate([steps, known[:, None]], 1)


def example(corpus, rng):
    power, track, voiced = stretched(corpus, rng)
    if rng.random() < WHISPERED:
        power, voiced = whispered(power, rng), np.zeros_like(voiced)
    if rng.random() < 0.02:  # a muted microphone
        return np.zeros_like(power), np.zeros_like(track), np.zeros_like(voiced)
    if rng.random() < 0.1:
        power = corpus.noise_piece(rng) * equaliser(rng)
        return power * 10 ** rng.uniform(-6, 1.5), np.zeros_like(track), np.zeros_like(voiced)
    power = formants(power, rng)
    loud = np.percentile(power.mean(1), 90) + 1e-12
    power = power * (equaliser(rng) / loud)
    if rng.random() < 0.6:
        silence_part(corpus, power, track, voiced, rng)
    if rng.random() < 0.45:
        power = reverberate(power, rng)
    if rng.random() < 0.15:
        power = coarse(power, rng)
    if rng.random() < 0.9:
        power = power + background(corpus, rng)
    if rng.random() < 0.3:
        power = power * band_limit(rng)
    if rng.random() < 0.3:  # a narrow part of the spectrum is lost
        low = rng.integers(0, BANDS - 3)
        power[:, low : low + rng.integers(1, 6)] *= 10 ** rng.uniform(-3, -0.5)
    power = power * 10 ** rng.normal(0, rng.uniform(0, 0.12), power.shape).astype(np.float32)
    return power * drift(rng) * 10 ** rng.uniform(-7, -0.5), track, voiced


def stretched(corpus, rng):
    """A piece spoken up to a quarter slower or faster, its sounds unchanged; now and then sung."""
    choice = rng.random()
    if choice < 0.55:
        power, track, voiced = corpus.piece(rng)
        return power, track.copy(), voiced.copy()
    if choice < 0.65:
        return sung(corpus.piece(rng, sung_frames(rng)), rng)
    frames = 2 * int(FRAMES / 2 * rng.uniform(0.78, 1.28))
    return at_times(corpus.piece(rng, frames), np.arange(FRAMES) * ((frames - 1) / (FRAMES - 1)))


VOWELS = [VISEMES.index(name) for name in ("aa", "E", "ih", "oh", "ou")]


def sung_frames(rng):
    """How much speech `sung` takes."""
    return 2 * int(FRAMES / 2 * rng.uniform(0.3, 0.6))


def sung(piece, rng):
    """FRAMES of a shorter piece: vowels held two to five times as long, each swelling and trembling as a singer's."""
    power, track, voiced = piece
    vowel = np.isin(track[::2], VOWELS)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(vowel.astype(int))) + 1])
    longer = np.ones(len(power))
    for start, stop in zip(starts, [*starts[1:], len(power)]):
        longer[start:stop] = rng.uniform(2, 5) if vowel[start] else 1
    clock = np.cumsum(longer)
    at = np.interp(np.arange(FRAMES) * (clock[-1] / FRAMES), clock, np.arange(len(power)))
    power, track, voiced = at_times((power, track, voiced), np.minimum(at, len(power) - 1))
    trembling = np.sin(2 * np.pi * rng.uniform(4.5, 7) * np.arange(FRAMES) / 100 + rng.uniform(0, 6))
    swell = rng.uniform(0, 0.25) * trembling * np.isin(track[::2], VOWELS)
    return power * (10**swell).astype(np.float32)[:, None], track, voiced


def whispered(power, rng):
    """Said without voice: air in place of the glottis. Low bands fade, high ones stand out, no band is steady."""
    x = np.linspace(0, 1, BANDS)
    decibels = -rng.uniform(10, 22) * np.exp(-((x / rng.uniform(0.1, 0.22)) ** 2)) + rng.uniform(4, 14) * x
    # Whispered phones are nearer to each other in level than voiced ones.
    even = (power.mean(1, keepdims=True) + 1e-9) ** -rng.uniform(0.1, 0.35)
    return (power * even * 10 ** (decibels / 10) * rng.gamma(4, 1 / 4, power.shape)).astype(np.float32)


def at_times(piece, at):
    """The piece as it is at these mel frames (fractions between), with its labels."""
    power, track, voiced = piece
    left = np.minimum(at.astype(int), len(power) - 2)
    share = (at - left).astype(np.float32)[:, None]
    near = np.minimum((2 * np.repeat(at, 2) + np.tile([0, 1], len(at))).astype(int), len(track) - 1)
    return power[left] ** (1 - share) * power[left + 1] ** share, track[near], voiced[np.round(at).astype(int)]


def coarse(power, rng):
    """A codec's noise: a flat floor that follows the speech 20 to 38 dB below."""
    return power + power.mean(1, keepdims=True) * np.float32(10 ** rng.uniform(-3.8, -2))


def formants(power, rng):
    """The spectrum stretched by up to 17 % along the mel axis: a longer or shorter vocal tract."""
    factor = rng.uniform(0.86, 1.17)
    at = np.clip(np.arange(BANDS) * factor, 0, BANDS - 1.001)
    left = at.astype(int)
    return power[:, left] * (1 - (at - left)).astype(np.float32) + power[:, left + 1] * (at - left).astype(np.float32)


def equaliser(rng):
    x = np.linspace(0, 1, BANDS)
    decibels = rng.normal(0, 4) * (x - 0.5) * 2
    decibels = decibels + sum(rng.normal(0, 2.5) * np.cos(np.pi * k * x + rng.uniform(0, 6)) for k in range(1, 6))
    return (10 ** (decibels / 10)).astype(np.float32)


def silence_part(corpus, power, track, voiced, rng):
    """Speech stops for a while; what is heard instead, breath or keys or nothing, opens no mouth."""
    length = int(rng.integers(15, 100)) * 2
    start = 0 if rng.random() < 0.55 else int(rng.integers(0, (FRAMES - length) // 2)) * 2
    power[start : start + length] *= 1e-7
    if rng.random() < 0.7:
        filler = corpus.breath_piece(rng, length) if rng.random() < 0.75 else corpus.noise_piece(rng)[:length]
        loud = np.percentile(filler.mean(1), 90) + 1e-12
        power[start : start + length] += filler * np.float32(10 ** rng.uniform(-3.5, -0.5) / loud)
    track[2 * start : 2 * (start + length)] = 0
    voiced[start : start + length] = 0


def reverberate(power, rng):
    t60, wet = rng.uniform(0.12, 0.7), 10 ** rng.uniform(-2, -0.3)
    taps = 10 ** (-6 * np.arange(1, 40) * 0.01 / t60)
    taps = (wet * taps / taps.sum()).astype(np.float32)
    kernel = np.concatenate([[1], taps])
    size = FRAMES + len(kernel)
    spectrum = np.fft.rfft(power, size, axis=0) * np.fft.rfft(kernel, size)[:, None]
    return np.maximum(np.fft.irfft(spectrum, size, axis=0)[:FRAMES], 0).astype(np.float32)


def background(corpus, rng):
    """Noise relative to speech of power 1: a steady floor always, events and babble sometimes."""
    colour = equaliser(rng) * np.linspace(1, 10 ** rng.uniform(-2, 0.3), BANDS)
    steady = rng.gamma(1.5, 1 / 1.5, (FRAMES, BANDS)) * colour * 10 ** rng.uniform(-6.5, -2)
    if rng.random() < 0.4:
        noise = corpus.noise_piece(rng)
        steady = steady + noise / (np.percentile(noise.mean(1), 80) + 1e-12) * 10 ** rng.uniform(-4, -0.3)
    if rng.random() < 0.3:  # as loud as a room of people gets: 0 to 12 dB under the voice
        steady = steady + rng.gamma(1.5, 1 / 1.5, (FRAMES, BANDS)) * colour * (10 ** rng.uniform(-1.2, 0) / colour.mean())
    if rng.random() < 0.12:
        babble = sum(corpus.piece(rng)[0] * equaliser(rng) for _ in range(rng.integers(3, 6)))
        steady = steady + babble / (babble.mean() + 1e-12) * 10 ** rng.uniform(-3, -0.8)
    return steady.astype(np.float32)


def band_limit(rng):
    """Telephone and narrow codecs: bands beyond the cut fall by 60 dB."""
    gain = np.ones(BANDS, np.float32)
    gain[int(rng.integers(26, 39)) :] = 1e-6
    if rng.random() < 0.4:
        gain[: int(rng.integers(1, 5))] = 1e-3
    return gain


def drift(rng):
    """A gain that wanders by a few decibels, as a speaker moves."""
    points = rng.normal(0, rng.uniform(0, 0.3), 7)
    return (10 ** np.interp(np.arange(FRAMES), np.linspace(0, FRAMES, 7), points)).astype(np.float32)[:, None]
