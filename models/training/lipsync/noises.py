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


def make_breaths(rng, seconds=12.0):
    """Nothing but breathing, every second or so: what is heard where a speaker pauses. Peaks are near 0.1."""
    n = int(seconds * RATE)
    audio = _breath(rng, n)
    return (audio / (np.percentile(np.abs(audio), 99.5) + 1e-9) * 0.1).astype(np.float32)


def _breath(rng, n):
    room = _coloured(rng, n)
    out = room / room.std() * 10 ** rng.uniform(-3, -1.3)
    start = int(RATE * rng.uniform(0, 0.3))
    while start < n:
        air = _air(rng, int(RATE * rng.uniform(0.15, 1.0)))
        stop = min(n, start + len(air))
        out[start:stop] += air[: stop - start] * 10 ** rng.uniform(-0.5, 0)
        start = stop + int(RATE * rng.uniform(0.02, 0.8))
    return out


def _air(rng, n):
    """One breath in or out: turbulence through a throat at rest, which glides a little and says nothing."""
    noise = rng.standard_normal(n)
    ramp = np.linspace(0, 1, n) if rng.random() < 0.5 else np.zeros(n)
    through_nose = rng.random() < 0.3
    first = _throat(rng, through_nose)
    air = lfilter([1], first, noise) * (1 - ramp) + lfilter([1], _throat(rng, through_nose, first), noise) * ramp
    air = lfilter([1, -rng.uniform(-0.6, 0.95)], [1], air)
    # Air past the lips is heard besides, without any resonance.
    air = air / air.std() + noise * 10 ** rng.uniform(-1.6, -0.4)
    t, peak = np.linspace(0, 1, n), rng.uniform(0.1, 0.85)
    hump = np.interp(t, [0, peak, 1], [0, np.pi / 2, np.pi])
    envelope = np.sin(hump) ** rng.uniform(0.7, 2.5) * _slow(rng, n, rng.uniform(0, 0.3))
    if rng.random() < 0.25:  # a recording that begins in it, or speech that ends it
        envelope = envelope[: max(400, int(n * rng.uniform(0.3, 0.8)))] if rng.random() < 0.5 else envelope[int(n * rng.uniform(0.1, 0.6)) :]
        air = air[-len(envelope) :]
    air = air * envelope
    if rng.random() < 0.3:  # lips or tongue part with a click
        click = _bursts(rng, min(len(air), 1600), 12, 0.008, 800, 4500)
        air[: len(click)] += click * rng.uniform(0.2, 2) * air.std() / (click.std() + 1e-9)
    return air / (air.std() + 1e-9)


def _throat(rng, through_nose, near=None):
    """Denominator of an all-pole filter: four or five broad resonances of a mouth, or the two of a nose."""
    if near is not None and rng.random() < 0.5:
        return near
    size = rng.uniform(0.82, 1.2)
    centres = [rng.uniform(200, 500), rng.uniform(900, 2500)] if through_nose else [
        rng.uniform(350, 1000), rng.uniform(1000, 1900), rng.uniform(2000, 3000), rng.uniform(3100, 4200), rng.uniform(4300, 5500),
    ]  # fmt: skip
    out = np.ones(1)
    for centre in centres:
        radius = np.exp(-np.pi * rng.uniform(200, 1200) / RATE)
        out = np.convolve(out, [1, -2 * radius * np.cos(2 * np.pi * centre / size / RATE), radius**2])
    return out


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
