"""A random-weight network of Wav2Lip's size and contract, to measure speed: it draws noise.

    python lips_twin.py --side 96 --out /tmp/twin.onnx
    npx posecast avatar clip listening.mp4 --name twin --lips /tmp/twin.onnx
    npx posecast bench inference --pack twin

Layers as in Prajwal et al. 2020 (https://arxiv.org/abs/2008.10010) for 96 pixels; larger sides get further levels.
"""
import argparse
from pathlib import Path

import torch
from torch import nn

from onnx_files import write_graph

MEL = (1, 80, 16)
WIDTHS = [16, 32, 64, 128, 256, 512]
# Convolutions with a shortcut after each halving.
EXTRA = [2, 3, 2, 2, 1]
UP = [384, 256, 128, 64]
SPEECH = [  # channels, stride, how many with a shortcut follow
    (32, 1, 2), (64, (3, 1), 2), (128, 3, 2), (256, (3, 2), 1),
]


class Conv(nn.Module):
    def __init__(self, into, out, kernel=3, stride=1, padding=1, shortcut=False):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(into, out, kernel, stride, padding), nn.BatchNorm2d(out))
        self.shortcut = shortcut

    def forward(self, x):
        return torch.relu(self.conv(x) + x if self.shortcut else self.conv(x))


class Grow(nn.Module):
    def __init__(self, into, out, kernel=3, stride=2, padding=1, extra=1):
        super().__init__()
        self.conv = nn.Sequential(nn.ConvTranspose2d(into, out, kernel, stride, padding, extra), nn.BatchNorm2d(out))

    def forward(self, x):
        return torch.relu(self.conv(x))


def level(into, out, stride, shortcuts, **first):
    return nn.Sequential(Conv(into, out, stride=stride, **first), *(Conv(out, out, shortcut=True) for _ in range(shortcuts)))


class LipsTwin(nn.Module):
    def __init__(self, side):
        super().__init__()
        widths = WIDTHS[:]
        while side >> (len(widths) - 1) > 4:
            widths.append(512)
        least = side >> (len(widths) - 1)
        extra = EXTRA + [1] * (len(widths) - 1 - len(EXTRA))
        self.first = Conv(6, widths[0], kernel=7, padding=3)
        self.down = nn.ModuleList(level(a, b, 2, n) for a, b, n in zip(widths, widths[1:], extra))
        self.bottom = nn.Sequential(Conv(512, 512, kernel=least, padding=0), Conv(512, 512, kernel=1, padding=0))
        speech, channels = [], 1
        for out, stride, shortcuts in SPEECH:
            speech.append(level(channels, out, stride, shortcuts))
            channels = out
        self.speech = nn.Sequential(*speech, Conv(256, 512, padding=0), Conv(512, 512, kernel=1, padding=0))
        self.top = Conv(512, 512, kernel=1, padding=0)
        up = [nn.Sequential(Grow(1024, 512, kernel=least, stride=1, padding=0, extra=0), Conv(512, 512, shortcut=True))]
        channels = 512 + 512
        for skip, out in zip(reversed(widths[:-1]), [512] * (len(widths) - 5) + UP):
            up.append(nn.Sequential(Grow(channels, out), *(Conv(out, out, shortcut=True) for _ in range(2))))
            channels = out + skip
        self.up = nn.ModuleList(up)
        self.last = nn.Sequential(Conv(channels, 32), nn.Conv2d(32, 3, 1))

    def forward(self, mel, image):
        heard = self.speech(mel)
        skips = [self.first(image)]
        for down in self.down:
            skips.append(down(skips[-1]))
        x = self.up[0](torch.cat([self.top(heard), self.bottom(skips[-1])], 1))
        for grow in self.up[1:]:
            x = grow(torch.cat([x, skips.pop()], 1))
        return torch.sigmoid(self.last(torch.cat([x, skips.pop()], 1)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--side", type=int, default=96, choices=[96, 192, 256, 384])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--batch", action="store_true", help="leave the batch free: sessions share runs on a GPU")
    chosen = parser.parse_args()
    torch.manual_seed(1)
    net = LipsTwin(chosen.side).eval().requires_grad_(False)
    inputs = torch.zeros(1, *MEL), torch.zeros(1, 6, chosen.side, chosen.side)
    axes = {name: {0: "batch"} for name in ("mel", "image", "output")} if chosen.batch else None
    write_graph(net, inputs, chosen.out, ["mel", "image"], ["output"], axes)
    print(f"{chosen.out}: {sum(p.numel() for p in net.parameters()) / 1e6:.1f} million parameters")


if __name__ == "__main__":
    main()
