"""The log-mel front end, once in numpy for making data and once as constants for the ONNX graph.

16 kHz audio in -1..1; 25 ms Hann window, 10 ms hop, 512-point DFT, 40 mel bands from 60 Hz to 7.8 kHz.
Mel frame j covers samples 160 j - 240 .. 160 j + 160: two of them per 20 ms step, nothing ahead.
Power is scaled so that a full-scale sine has power 1 in its bin.
"""

import numpy as np

RATE, WINDOW, HOP, FFT, BANDS = 16000, 400, 160, 512, 40
CONTEXT = WINDOW - HOP  # 240 samples before the first new one
FLOOR = 1e-12  # below the quantisation noise of 16-bit sound


def _mel(hz):
    return 2595 * np.log10(1 + hz / 700)


def filter_bank():
    """[FFT/2+1, BANDS] triangles on the HTK mel scale, each with unit peak."""
    edges = np.linspace(_mel(60), _mel(7800), BANDS + 2)
    bins = _mel(np.arange(FFT // 2 + 1) * RATE / FFT)
    up = (bins[:, None] - edges[None, :-2]) / (edges[1:-1] - edges[:-2])
    down = (edges[None, 2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(up, down)).astype(np.float32)


def window():
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(WINDOW) + 0.5) / WINDOW)
    return (hann * 2 / hann.sum()).astype(np.float32)


def dft():
    """[WINDOW, 2 * (FFT/2+1)]: windowed cosine and sine columns."""
    angle = 2 * np.pi * np.outer(np.arange(WINDOW), np.arange(FFT // 2 + 1)) / FFT
    return (window()[:, None] * np.concatenate([np.cos(angle), np.sin(angle)], 1)).astype(np.float32)


def mel_power(audio):
    """[frames, BANDS] mel powers of a whole recording."""
    padded = np.concatenate([np.zeros(CONTEXT, np.float32), audio.astype(np.float32)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    spectrum = np.fft.rfft(frames * window(), FFT)
    return (np.abs(spectrum) ** 2 @ filter_bank()).astype(np.float32)
