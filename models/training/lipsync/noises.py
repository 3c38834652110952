"""Sounds that are not speech and must leave the mouth shut: made here, seeded, 16 kHz.

Hiss and rumble of any colour, mains hum, fans, keyboards, knocks, breath, chords with drums, chirps.
"""

import numpy as np
from scipy.signal import butter, lfilter, sosfilt

RATE = 16000


def make_noise(rng, seconds=12.0):
    n = int(seconds * RATE)
    makers = [_coloured, _fan, _hum, _keyboard, _knocks, _breath, _music, _chirps]
    weights = np.array([4, 2, 1, 3, 2, 3, 4, 1], float)
    audio = makers[rng.choice(len(makers), p=weights / weights.sum())](rng, n)
    return (audio / (np.sqrt(np.mean(audio**2)) + 1e-9) * 0.1).astype(np.float32)


def _coloured(rng, n):
    """1/f^a noise with a random spectral tilt and bumps."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    f = np.fft.rfftfreq(n, 1 / RATE) + 20
    shape = f ** (-rng.uniform(0, 1.3))
    for _ in range(rng.integers(0, 4)):
        shape = shape * (1 + rng.uniform(0, 8) * np.exp(-((np.log(f / rng.uniform(100, 6000))) ** 2) / 0.1))
    return np.fft.irfft(spectrum * shape, n) * _slow(rng, n, rng.uniform(0, 0.6))


def _slow(rng, n, depth):
    """A slowly wandering gain."""
    points = rng.standard_normal(max(4, n // 6000))
    return np.exp(depth * np.interp(np.arange(n), np.linspace(0, n, len(points)), points))


def _fan(rng, n):
    rate = rng.uniform(8, 60)
    t = np.arange(n) / RATE
    return _coloured(rng, n) * (1 + 0.5 * np.sin(2 * np.pi * rate * t)) + 0.02 * np.sin(2 * np.pi * rate * 5 * t)


def _hum(rng, n):
    t = np.arange(n) / RATE
    base = rng.choice([50, 60, 100, 120])
    tone = sum(rng.uniform(0, 1) / k * np.sin(2 * np.pi * base * k * t + rng.uniform(0, 6)) for k in range(1, 20))
    return tone + 0.1 * rng.standard_normal(n)


def _band(rng, x, low, high):
    sos = butter(2, [low, min(high, 7900)], "bandpass", fs=RATE, output="sos")
    return sosfilt(sos, x)


def _bursts(rng, n, per_second, length_s, low, high):
    out = np.zeros(n)
    for start in np.sort(rng.integers(0, n, max(1, int(n / RATE * per_second)))):
        length = max(40, int(RATE * length_s * rng.uniform(0.5, 2)))
        burst = rng.standard_normal(length) * np.exp(-np.arange(length) / (length * rng.uniform(0.1, 0.3)))
        stop = min(n, start + length)
        centre = rng.uniform(low, high)
        out[start:stop] += (_band(rng, burst, centre * 0.6, centre * 1.6) * rng.uniform(0.2, 1))[: stop - start]
    return out


def _floor(rng, n):
    return _coloured(rng, n) * 10 ** rng.uniform(-4, -1)


def _keyboard(rng, n):
    return _bursts(rng, n, rng.uniform(2, 12), 0.02, 1000, 4500) + _floor(rng, n) * 0.01


def _knocks(rng, n):
    return _bursts(rng, n, rng.uniform(0.5, 4), rng.uniform(0.05, 0.3), 120, 2500) + _floor(rng, n) * 0.01


def _breath(rng, n):
    noise = _band(rng, rng.standard_normal(n), rng.uniform(300, 900), rng.uniform(2500, 7000))
    gate = np.zeros(n)
    for start in range(0, n, int(RATE * rng.uniform(1.2, 3))):
        length = int(RATE * rng.uniform(0.25, 0.9))
        hump = np.sin(np.linspace(0, np.pi, length)) ** 2
        stop = min(n, start + length)
        gate[start:stop] = hump[: stop - start]
    return noise * gate + rng.standard_normal(n) * 1e-3


def _music(rng, n):
    """Chords, a bass and drums, so that pitch alone does not open the mouth."""
    out, beat = np.zeros(n), int(RATE * rng.uniform(0.25, 0.7))
    root, harmonics = rng.uniform(60, 220), int(rng.integers(2, 14))
    for start in range(0, n, beat):
        length = min(n - start, int(beat * rng.choice([1, 1, 2])))
        t = np.arange(length) / RATE
        for _ in range(rng.integers(1, 4)):
            f = root * 2 ** (rng.choice([0, 3, 4, 5, 7, 9, 12, 16, 19]) / 12)
            tilt = rng.uniform(0.6, 1.6)
            tone = sum(np.sin(2 * np.pi * f * k * t) / k**tilt for k in range(1, harmonics) if f * k < 7500)
            out[start : start + length] += tone * np.exp(-t * rng.uniform(0.5, 6)) * rng.uniform(0.3, 1)
    if rng.random() < 0.6:
        out += 4 * _bursts(rng, n, RATE / beat, 0.1, 100, 6000)
    return lfilter([1], [1, -rng.uniform(0, 0.5)], out) + 1e-3 * rng.standard_normal(n)


def _chirps(rng, n):
    t = np.arange(n) / RATE
    f = rng.uniform(300, 3000) * 2 ** (np.sin(2 * np.pi * rng.uniform(0.3, 6) * t) * rng.uniform(0, 0.6))
    gate = (np.sin(2 * np.pi * rng.uniform(0.3, 4) * t) > rng.uniform(-0.5, 0.8)).astype(float)
    return np.sin(2 * np.pi * np.cumsum(f) / RATE) * gate + 1e-3 * rng.standard_normal(n)
