"""The network: level tracker, one linear layer, two GRUs, a head for each look-ahead. export.py writes the same as ONNX.

Level-invariant by its input: mel powers are seen relative to a running level (instant attack, 3 dB/s
release) and a running floor, so a gain moves nothing but the trackers. Their state starts at zero.
"""

import torch
from torch import nn

BANDS, HIDDEN, INPUT, MIX, VISEMES = 40, 128, 96, 64, 15
ARTICULATORS = 7
LOOKAHEADS = (0, 2, 4)  # steps of 20 ms; the product runs with the middle one
FEATURES = 2 * BANDS + 2
LEVEL_MIN = -7.0  # log10 mean mel power (about -62 dBFS of speech) below which nothing is amplified
FLOOR_MAX = 0.0  # the running floor starts here and falls at once
RELEASE = 0.006  # log10 power per 20 ms step: 3 dB/s


def track(energy, level, floor):
    """energy [B, T] log10 power per step; level, floor [B] before it. Returns both trackers [B, T]."""
    ramp = RELEASE * torch.arange(1, energy.shape[1] + 1, device=energy.device)
    first = torch.maximum(level[:, None], torch.cummax(energy + ramp, 1).values)
    high = torch.clamp(first - ramp, min=LEVEL_MIN)
    low = torch.minimum(floor[:, None], torch.cummin(energy - ramp, 1).values) + ramp
    return high, torch.clamp(low, max=FLOOR_MAX)


def features(log_mel, level, floor):
    """log_mel [B, 2 T, 40] (log10 power per 10 ms) to [B, T, 82]."""
    batch, frames, _ = log_mel.shape
    pairs = log_mel.reshape(batch, frames // 2, 2, BANDS)
    energy = torch.log10(torch.mean(10**pairs, dim=(2, 3)))
    high, low = track(energy, level, floor)
    relative = torch.clamp(pairs - high[:, :, None, None], -5, 2) * 0.7 + 1.2
    extra = torch.stack([torch.clamp(energy - high, -5, 0), torch.clamp(energy - low, 0, 6)], 2)
    return torch.cat([relative.flatten(2), extra], 2)


class Head(nn.Module):
    """What one look-ahead says about a step: 15 viseme logits, voice logit, 7 articulator logits."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Linear(HIDDEN, MIX)
        self.out = nn.Linear(MIX, VISEMES + 1 + ARTICULATORS)

    def forward(self, hidden):
        out = self.out(torch.relu(self.mix(hidden)))
        return out[..., :VISEMES], out[..., VISEMES], out[..., VISEMES + 1 :]


class LipNet(nn.Module):
    """One trunk, one head for each look-ahead in LOOKAHEADS."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(FEATURES, INPUT)
        self.gru = nn.GRU(INPUT, HIDDEN, num_layers=2, batch_first=True)
        self.heads = nn.ModuleList(Head() for _ in LOOKAHEADS)
        self.dropout = nn.Dropout(0.1)

    def forward(self, log_mel, level=None, floor=None):
        """[(viseme logits [B, T, 15], voice logits [B, T], articulator logits [B, T, 7]), ...] by look-ahead."""
        batch = log_mel.shape[0]
        level = torch.full((batch,), LEVEL_MIN) if level is None else level
        floor = torch.full((batch,), FLOOR_MAX) if floor is None else floor
        inner = torch.relu(self.inner(features(log_mel, level, floor)))
        hidden, _ = self.gru(self.dropout(inner))
        hidden = self.dropout(hidden)
        return [head(hidden) for head in self.heads]
