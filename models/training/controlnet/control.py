"""Where things stand in the control vector (server/render/controlnet/control.ts), and geometry made from it.

Lengths are in shoulder widths from the neck, x to the viewer's right, y down.
"""

import math
from dataclasses import dataclass

import torch

TORSO, HEAD, RIGHT_ARM, LEFT_ARM, IN_FRONT, FACING, RIGHT_HAND, LEFT_HAND = 0, 6, 14, 20, 26, 28, 30, 72
CONTROL_LENGTH, FACE_LENGTH = 114, 52
# OpenPose's bones of a hand: wrist to the five roots, then along the fingers.
FINGER_BONES = [(0 if joint == 0 else finger * 4 + joint, finger * 4 + joint + 1) for finger in range(5) for joint in range(4)]
FINGER_TIPS = [4, 8, 12, 16, 20]


@dataclass(frozen=True)
class Frame:
    """The picture's place in body space, and the head's own frame; rig units as in the rig's file."""

    size: int
    top: float
    bottom: float
    patch: int
    reach: float
    origin: tuple
    pivot: tuple
    # What lies above is the head's alone.
    torso_top: float

    @staticmethod
    def of(meta):
        view, head = meta["view"], meta["head"]
        places = tuple(head["origin"]), tuple(head["pivot"]), meta["torsoTop"]
        return Frame(meta["size"], view["top"], view["bottom"], meta["patch"], meta["reach"], *places)

    @property
    def pixels(self):
        """Pixels per shoulder width."""
        return 100 * self.size / (self.bottom - self.top)

    @property
    def torso_row(self):
        """The torso's first row."""
        return max(0, 8 * int((self.torso_top - self.top) / (self.bottom - self.top) * self.size / 8 + 0.01))

    @property
    def head_rows(self):
        """How many rows from the top the head's patch may cover, however it is shifted."""
        lowest = self.origin[1] + self.reach / 2 + 20
        return min(self.size, 8 * math.ceil((lowest - self.top) / (self.bottom - self.top) * self.size / 8))

    def axes(self, step, rows=None):
        """Centres of step x step blocks of pixels in so many rows from the top: x [1, w] and y [1, h]."""
        first, last = 0, (rows or self.size) // step
        x = ((torch.arange(self.size // step) + 0.5) * step - self.size / 2) / self.pixels
        y = ((torch.arange(first, last) + 0.5) * step - self.size) / self.pixels + self.bottom / 100
        return x[None], y[None]


def points(control, start, count):
    return control[:, start : start + 2 * count].reshape(-1, count, 2)


def affine(x, y, by):
    """a x + b y + c over a grid: x [.., w], y [.., h] and by (a, b, c) [..] give [.., h, w]. One addition a place."""
    a, b, c = by
    return (a[..., None] * x + c[..., None])[..., None, :] + (b[..., None] * y)[..., None]


def to_head(axes, control, frame):
    """Places in the head's own frame, -1..1 over its patch: [B, h, w, 2]."""
    shift_x, shift_y, roll = control[:, HEAD : HEAD + 3].unbind(1)
    px, py = frame.pivot[0] / 100 + shift_x, frame.pivot[1] / 100 + shift_y
    ox, oy = ((p - o) / 100 for p, o in zip(frame.pivot, frame.origin))
    scale = 200 / frame.reach
    cos, sin = torch.cos(roll) * scale, torch.sin(roll) * scale
    u = affine(*axes, (cos, sin, ox * scale - cos * px - sin * py))
    v = affine(*axes, (-sin, cos, oy * scale + sin * px - cos * py))
    return torch.stack([u, v], -1)


def along_bones(axes, start, end):
    """For bones [B, n, 2] on axes x [B or 1, w], y [B or 1, h]: way along, way aside, distance, each [B, n, h, w]."""
    x, y = axes[0][:, None], axes[1][:, None]
    bone = end - start
    length = torch.sqrt((bone * bone).sum(-1) + 1e-6)
    (ux, uy), (x0, y0) = (bone / length[..., None]).unbind(-1), start.unbind(-1)
    t = affine(x, y, (ux, uy, -ux * x0 - uy * y0))
    s = affine(x, y, (-uy, ux, uy * x0 - ux * y0))
    beyond = t - torch.minimum(torch.relu(t), length[..., None, None])
    return t, s, torch.sqrt(beyond * beyond + s * s + 1e-8)


def from_points(axes, places):
    """Way from places [B, n, 2] to the axes' grid, x then y: [B, 2 n, h, w]."""
    x = axes[0][:, None] - places[..., 0, None]
    y = axes[1][:, None] - places[..., 1, None]
    height, width = y.shape[-1], x.shape[-1]
    return torch.cat([x[..., None, :].expand(-1, -1, height, -1), y[..., None].expand(-1, -1, -1, width)], 1)
