"""The network: a frozen base that draws a warped person, and a pose branch joined to it by zero convolutions.

Base: two learned drawings (torso; head with what is behind the torso), warped by learned flows that are linear in
the pose, and a small U-Net that adds expression to the head. Pose branch (a ControlNet, Zhang et al. 2023,
https://arxiv.org/abs/2302.05543): maps of arms and fingers drawn from the keypoints, a U-Net for the arms over the
whole picture and one for the hands in patches of their own. What the branch draws goes over the base's picture through
convolutions that start at zero, so that training starts from the base's picture.

All pictures are premultiplied RGBA, 0..1, [B, 4, h, w].
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from control import FACE_LENGTH, FACING, FINGER_BONES, FINGER_TIPS, HEAD, IN_FRONT, LEFT_ARM, LEFT_HAND, RIGHT_ARM
from control import RIGHT_HAND, TORSO, Frame, along_bones, from_points, points, to_head

HAND_PATCH = 80
# Pixels: where arms are drawn ends this far beside their bones, on a grid of cells that the U-Net halves twice.
BESIDE_ARMS, BOX_CELL = 28, 16


class Modulated(nn.Module):
    """Convolution whose channels are scaled and shifted by a vector (FiLM)."""

    def __init__(self, into, out, vector, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(into, out, 3, stride=stride, padding=1)
        self.film = nn.Linear(vector, 2 * out)
        nn.init.zeros_(self.film.weight)
        nn.init.zeros_(self.film.bias)

    def forward(self, x, vector):
        scale, shift = self.film(vector)[..., None, None].chunk(2, 1)
        return F.leaky_relu(self.conv(x) * (1 + scale) + shift, 0.1)


class UNet(nn.Module):
    """Levels of `widths` channels, two modulated convolutions each, additive skips."""

    def __init__(self, into, widths, vector):
        super().__init__()
        self.enter = nn.Conv2d(into, widths[0], 1)
        pairs = list(zip(widths, widths[1:]))
        self.first = nn.ModuleList([Modulated(w, w, vector) for w in widths])
        self.down = nn.ModuleList([Modulated(a, b, vector, stride=2) for a, b in pairs])
        self.up = nn.ModuleList([nn.Conv2d(b, a, 1) for a, b in pairs])
        self.last = nn.ModuleList([Modulated(w, w, vector) for w in widths])

    def forward(self, x, vector):
        x, skips = self.first[0](self.enter(x), vector), []
        for down, block in zip(self.down, self.first[1:]):
            skips.append(x)
            x = block(down(x, vector), vector)
        x = self.last[-1](x, vector)
        for up, block, skip in reversed(list(zip(self.up, self.last, skips))):
            x = block(F.interpolate(up(x), scale_factor=2.0, mode="nearest") + skip, vector)
        return x


class Vector(nn.Module):
    def __init__(self, into, out=96):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(into, 96), nn.LeakyReLU(0.1), nn.Linear(96, out), nn.LeakyReLU(0.1))

    def forward(self, x):
        return self.layers(x)


class Flow(nn.Module):
    """A field of shifts that is linear in its drivers: a coarse one and a finer one. Units of half a picture."""

    def __init__(self, drivers, cells, fields=1):
        super().__init__()
        self.cells, self.coarse = cells, tuple(max(2, n // 3) for n in cells)
        self.broad = nn.Linear(drivers, 2 * fields * self.coarse[0] * self.coarse[1], bias=False)
        self.close = nn.Linear(drivers, 2 * fields * cells[0] * cells[1], bias=False)
        nn.init.zeros_(self.broad.weight)
        nn.init.zeros_(self.close.weight)
        self.fields = fields

    def forward(self, drivers, size):
        return F.interpolate(self.field(drivers), size=size, mode="bilinear", align_corners=False)

    def field(self, drivers):
        field = self.broad(drivers).reshape(-1, 2 * self.fields, *self.coarse)
        field = F.interpolate(field, size=self.cells, mode="bilinear", align_corners=True)
        return field + self.close(drivers).reshape(-1, 2 * self.fields, *self.cells)


class Warp(nn.Module):
    """Moves a picture's pixels by a flow [B, 2, h, w] in halves of its sides."""

    def __init__(self, height, width):
        super().__init__()
        # Pixel centres, -1..1: what grid_sample takes to give a picture back unchanged.
        self.register_buffer("x", ((torch.arange(width) + 0.5) * 2 / width - 1)[None, None], persistent=False)
        self.register_buffer("y", ((torch.arange(height) + 0.5) * 2 / height - 1)[None, :, None], persistent=False)

    def forward(self, picture, flow):
        grid = torch.stack([self.x + flow[:, 0], self.y + flow[:, 1]], -1)
        return sample(picture.expand(len(flow), -1, -1, -1), grid)


def sample(picture, grid):
    return F.grid_sample(picture, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def over(under, layer):
    return layer + under * (1 - layer[:, 3:4])


class Head(nn.Module):
    """The head in its own frame: what is over the torso, and what is behind it.

    Three drawings (the face, what is over it, what is behind the torso), each turned by a flow of its own. The face
    gets its expression before it is turned, while eyes and mouth are where they always are.
    """

    LAYERS = 3

    def __init__(self, frame):
        super().__init__()
        n = frame.patch
        self.crop = face_crop(frame)
        self.texture = nn.Parameter(torch.zeros(1, 4 * self.LAYERS, n, n))
        self.expression = Expression(self.crop[2])
        self.flow = Flow(9, (24, 24), fields=self.LAYERS)
        self.warp = Warp(n, n)

    def layers(self, control, face):
        """The three drawings turned, in the head's own frame: what they are trained by."""
        n = self.texture.shape[-1]
        flows = self.flow(self.turn(control), (n, n)).chunk(3, 1)
        return [self.warp(*layer) for layer in zip(self.drawings(face), flows)]

    def placed(self, control, face, grid):
        """The three drawings turned, at places [B, h, w, 2] of the head's own frame, beside which there is nothing."""
        inside = (grid.abs() <= 1).all(3)[:, None].float()
        shifts = F.grid_sample(self.flow.field(self.turn(control)), grid, padding_mode="border", align_corners=False)
        shifts = shifts.permute(0, 2, 3, 1).chunk(3, 3)
        placed = zip(self.drawings(face), shifts)
        return [sample(drawn.expand(len(grid), -1, -1, -1), grid + shift) * inside for drawn, shift in placed]

    def drawings(self, face):
        n, (x, y, side) = self.texture.shape[-1], self.crop
        added = F.pad(self.expression(face), (x, n - x - side, y, n - y - side))
        return [self.texture[:, :4] + added, self.texture[:, 4:8], self.texture[:, 8:]]

    def turn(self, control):
        yaw, pitch = (2 * control[:, HEAD + 3 : HEAD + 5]).unbind(1)
        jaw, swing_x, swing_y = (10 * control[:, HEAD + 5 : HEAD + 8]).unbind(1)
        return torch.stack([yaw, pitch, yaw * yaw, pitch * pitch, yaw * pitch, yaw.abs(), jaw, swing_x, swing_y], 1)


def face_crop(frame):
    """x, y and side of the square with brows, eyes, mouth and chin in the head's patch; multiples of 8."""
    side, from_top = 0.62, 0.328
    side = int(8 * round(side * frame.patch / 8))
    return (frame.patch - side) // 2, int(8 * round(from_top * frame.patch / 8)), side


class Expression(nn.Module):
    """What 52 face weights add to a face that looks ahead: from learned maps of the weights and learned places."""

    MAPS = 16

    def __init__(self, side):
        super().__init__()
        self.cells = side // 8
        self.vector = Vector(FACE_LENGTH)
        self.maps = nn.Linear(FACE_LENGTH, self.MAPS * self.cells**2)
        self.place = nn.Parameter(0.1 * torch.randn(1, 16, side // 2, side // 2))
        self.net = UNet(self.MAPS + 16, (32, 64, 96), 96)
        self.out = nn.Conv2d(32, 16, 1)
        nn.init.normal_(self.out.weight, std=1e-3)
        nn.init.zeros_(self.out.bias)

    def forward(self, face):
        maps = self.maps(face).reshape(-1, self.MAPS, self.cells, self.cells)
        maps = F.interpolate(maps, scale_factor=4.0, mode="bilinear", align_corners=False)
        seen = torch.cat([maps, self.place.expand(len(face), -1, -1, -1)], 1)
        return F.pixel_shuffle(self.out(self.net(seen, self.vector(face))), 2)


class Torso(nn.Module):
    """Torso and neck: one drawing, bent by shoulders, hips and head; the picture's rows from its first on."""

    def __init__(self, frame):
        super().__init__()
        rows = frame.size - frame.torso_row
        self.texture = nn.Parameter(torch.zeros(1, 4, rows, frame.size))
        self.flow = Flow(16, (16, 24))
        self.hidden = nn.Linear(11, 5)
        self.warp = Warp(rows, frame.size)

    def forward(self, control):
        return self.warp(self.texture, self.flow(self.drivers(control), self.texture.shape[2:]))

    def drivers(self, control):
        drivers = 5 * control[:, TORSO : HEAD + 5]
        return torch.cat([drivers, torch.tanh(self.hidden(drivers))], 1)


class Axes(nn.Module):
    """Coordinates of a grid's columns and rows."""

    def __init__(self, x, y):
        super().__init__()
        self.register_buffer("x", x, persistent=False)
        self.register_buffer("y", y, persistent=False)

    def forward(self, window=None, step=1):
        """All of them, or those in a box or in windows."""
        if window is None:
            return self.x, self.y
        if isinstance(window, Box):
            left, top, right, bottom = (side // step for side in window.sides)
            return self.x[:, left:right], self.y[:, top:bottom]
        index = torch.arange(window.size // step)
        first = window.first // step
        return self.x[0][first[:, :1] + index], self.y[0][first[:, 1:] + index]


@dataclass(frozen=True)
class Window:
    """Square pieces of the picture to learn from: x and y of their first pixels, [B, 2], multiples of 4."""

    first: torch.Tensor
    size: int


@dataclass(frozen=True)
class Box:
    """A piece of one picture: left, top, right and bottom in pixels, each a tensor without sides."""

    sides: tuple

    @staticmethod
    def around_arms(control, frame):
        """Where the arms of one person may be seen. Outside of it the pose branch's picture is as good as empty."""
        arms = torch.cat([points(control, RIGHT_ARM, 3), points(control, LEFT_ARM, 3)], 1)[0]
        across = arms[:, 0] * frame.pixels + frame.size / 2
        down = (arms[:, 1] - frame.bottom / 100) * frame.pixels + frame.size
        places, most = torch.stack([across, down]), frame.size // BOX_CELL
        first = torch.floor((places.amin(1) - BESIDE_ARMS) / BOX_CELL).clamp(0, most - 1)
        last = torch.minimum(torch.ceil((places.amax(1) + BESIDE_ARMS) / BOX_CELL).clamp(min=1), torch.tensor(float(most)))
        sides = (torch.cat([first, torch.maximum(last, first + 1)]) * BOX_CELL).long()
        return Box(tuple(sides[i] for i in range(4)))

    def cut(self, picture):
        left, top, right, bottom = self.sides
        return picture[:, :, top:bottom, left:right]

    def over(self, picture, layer):
        """The layer over the picture's part that the box is."""
        left, top, right, bottom = self.sides
        height, width = picture.shape[2:]
        change = layer - self.cut(picture) * layer[:, 3:4]
        return picture + F.pad(change, (left, width - right, top, height - bottom))


class Base(nn.Module):
    """The warped person without arms."""

    def __init__(self, frame):
        super().__init__()
        self.frame = frame
        self.head, self.torso = Head(frame), Torso(frame)
        self.axes = Axes(*frame.axes(1, frame.head_rows))

    def forward(self, control, face):
        grid = to_head(self.axes(), control, self.frame)
        drawn, hair, behind = self.head.placed(control, face, grid)
        head, torso = over(drawn, hair), self.torso(control)
        first, last = self.frame.torso_row, head.shape[2]
        above = over(behind[:, :, :first], head[:, :, :first])
        neck = over(over(behind[:, :, first:], torso[:, :, : last - first]), head[:, :, first:])
        return torch.cat([above, neck, torso[:, :, last - first :]], 2)

    def moves(self, control, face):
        """What the product bends the drawings by: the expression that is added to the face, and both flows' cells."""
        head, torso = self.head, self.torso
        return head.expression(face), head.flow.field(head.turn(control)), torso.flow.field(torso.drivers(control))


class Arms(nn.Module):
    """The pose branch over the whole picture: a quarter of its resolution inside, half where edges are made."""

    def __init__(self, frame):
        super().__init__()
        self.frame = frame
        self.hint = nn.Conv2d(4, 16, 4, stride=4)
        self.near = nn.Conv2d(4, 16, 2, stride=2)
        self.vector = Vector(RIGHT_HAND)
        self.net = UNet(16 + 16 + 2 + 2 * (2 * 2 + 2), (32, 56, 80), 96)
        self.finer = nn.Conv2d(32, 48, 1)
        self.edges = nn.Conv2d(12 + 4, 16, 3, padding=1)
        self.zero = zero_convolution(16, 16)
        self.sharper = nn.Conv2d(16, 32, 3, padding=1)
        self.outline = zero_convolution(32, 16, bias=False)
        self.coarse, self.fine = Axes(*frame.axes(4)), Axes(*frame.axes(2))

    def forward(self, base, control, window=None):
        coarse, fine = self.coarse(window, 4), self.fine(window, 2)
        arms = torch.cat([points(control, RIGHT_ARM, 3), points(control, LEFT_ARM, 3)], 1)
        start, end = arms[:, [0, 1, 3, 4]], arms[:, [1, 2, 4, 5]]
        t, s, _ = along_bones(coarse, start, end)
        distance = 5 * torch.clamp(along_bones(fine, start, end)[2], max=0.4)
        wrists = from_points(coarse, arms[:, [2, 5]])
        place = from_points(coarse, torch.zeros_like(arms[:, :1]))
        limbs = [torch.clamp(t, -0.4, 1.2), torch.clamp(2 * s, -1, 1), torch.clamp(wrists, -1, 1)]
        seen = torch.cat([self.hint(base), self.near(distance), place, *limbs], 1)
        rough = F.pixel_shuffle(self.finer(self.net(seen, self.vector(control[:, :RIGHT_HAND]))), 2)
        edges = F.leaky_relu(self.edges(torch.cat([rough, distance], 1)), 0.1)
        # Each pixel of a block of four has its own outputs: outlines at every pixel, at the price of half of them.
        sharper = F.leaky_relu(self.sharper(edges), 0.1)
        return F.pixel_shuffle(self.zero(edges) + self.outline(sharper), 2)


class Hands(nn.Module):
    """The pose branch's hands: a patch each, the left one as a right one in the mirror."""

    def __init__(self, frame):
        super().__init__()
        self.frame = frame
        self.vector = Vector(10)
        self.net = UNet(len(FINGER_BONES) + len(FINGER_TIPS) + 2 * 6, (32, 56), 96)
        self.zero = zero_convolution(32, 16)
        self.sharp = Sharpen(32, len(FINGER_BONES), 16, 16)
        side = (torch.arange(HAND_PATCH // 2) + 0.5) * 2 - HAND_PATCH / 2
        self.register_buffer("side", side[None] / frame.pixels, persistent=False)
        pixel = torch.arange(frame.size)[None] + 0.5
        self.pixels = Axes(pixel, pixel)

    def forward(self, control, window=None):
        """Both layers, right and left, each over the whole picture or the window."""
        drawn, centres = self.patches(control)
        pixels = self.pixels(window)
        return self.put(drawn[0], centres[0], pixels, 1), self.put(drawn[1], centres[1], pixels, -1)

    def over(self, picture, control):
        """Both over one person's picture, where they are."""
        drawn, centres = self.patches(control)
        picture = self.lay(picture, drawn[0], centres[0][0])
        return self.lay(picture, drawn[1].flip(3), centres[1][0] * torch.tensor([-1.0, 1.0]))

    def lay(self, picture, patch, centre):
        frame, end = self.frame, torch.tensor([float(self.frame.size)] * 2)
        x = centre[0] * frame.pixels + frame.size / 2
        y = (centre[1] - frame.bottom / 100) * frame.pixels + frame.size
        first = torch.round(torch.stack([x, y])) - HAND_PATCH // 2
        # Of a hand beside the picture, what is in it.
        near, far = (torch.minimum(first + side, end).clamp(min=0) for side in (0, HAND_PATCH))
        inside = Box(tuple((torch.cat([near, far]) - first.repeat(2)).long().unbind()))
        return Box(tuple(torch.cat([near, far]).long().unbind())).over(picture, inside.cut(patch))

    def patches(self, control):
        """What is drawn, right and left, the latter in the mirror, and the patches' middles, likewise."""
        mirror = torch.tensor([-1.0, 1.0])
        right = self.patch(control, 1.0, RIGHT_HAND, (RIGHT_ARM, LEFT_ARM), 0)
        left = self.patch(control, mirror, LEFT_HAND, (LEFT_ARM, RIGHT_ARM), 1)
        maps, vectors = torch.cat([right[0], left[0]]), torch.cat([right[1], left[1]])
        inner = self.net(maps, self.vector(vectors))
        return self.sharp(self.zero, inner, torch.cat([right[3], left[3]])).chunk(2), (right[2], left[2])

    def patch(self, control, mirror, hand, arms, side):
        fingers = points(control, hand, 21) * mirror
        centre = self.snap(fingers.mean(1))
        axes = (self.side + centre[:, :1], self.side + centre[:, 1:])
        ends = torch.tensor(FINGER_BONES)
        _, _, d = along_bones(axes, fingers[:, ends[:, 0]], fingers[:, ends[:, 1]])
        x, y = from_points(axes, fingers[:, FINGER_TIPS]).chunk(2, 1)
        tip = torch.sqrt(x * x + y * y + 1e-8)
        maps = [torch.clamp(d, max=0.12) * 12, torch.clamp(tip, max=0.12) * 12]
        for arm in arms:
            joints = points(control, arm, 3) * mirror
            t, s, away = along_bones(axes, joints[:, :2], joints[:, 1:])
            maps += [torch.clamp(t, -0.4, 1.2), torch.clamp(4 * s, -1, 1), torch.clamp(away, max=0.25) * 8]
        joints = points(control, arms[0], 3) * mirror
        fore, up = joints[:, 2] - joints[:, 1], joints[:, 1] - joints[:, 0]
        flags = [control[:, IN_FRONT + side, None], control[:, IN_FRONT + 1 - side, None], control[:, FACING + side, None]]
        order = torch.full_like(flags[0], float(side))
        reach = (fingers[:, 12] - fingers[:, 0]) * 2
        # Smooth but along the bones' middle, so that half the resolution tells it as well.
        near = F.interpolate(torch.clamp(d, max=0.08), scale_factor=2.0, mode="bilinear", align_corners=False)
        near = torch.clamp(near, max=0.06) * 20
        return torch.cat(maps, 1), torch.cat([*flags, order, fore, up, reach], 1), centre, near

    def snap(self, centre):
        """To whole pixels: a patch is put down without being sampled again."""
        frame = self.frame
        bottom = torch.tensor([0.0, frame.bottom / 100])
        return torch.round((centre - bottom) * frame.pixels) / frame.pixels + bottom

    def put(self, patch, centre, pixels, mirror):
        """Two products with matrices of ones and zeros lay the patch where it belongs."""
        frame, half = self.frame, HAND_PATCH / 2
        x = centre[:, 0] * frame.pixels
        y = (centre[:, 1] - frame.bottom / 100) * frame.pixels + frame.size
        across = (pixels[0] - frame.size / 2) * mirror
        cell = torch.arange(HAND_PATCH) + 0.5 - half
        columns = torch.relu(1 - torch.abs(across[:, None] - x[:, None, None] - cell[None, :, None]))
        rows = torch.relu(1 - torch.abs(pixels[1][:, :, None] - y[:, None, None] - cell[None, None]))
        return rows[:, None] @ patch @ columns[:, None]


class Sharpen(nn.Module):
    """Outlines at every pixel: what half the resolution knows, and how far the bones are. Begins as no change."""

    def __init__(self, into, bones, kept, hidden):
        super().__init__()
        self.inner = nn.Conv2d(into, 4 * kept, 1)
        self.mix = nn.Conv2d(kept + 4 + bones, hidden, 3, padding=1)
        self.zero = zero_convolution(hidden, 4)

    def forward(self, rough, inner, distance):
        """`rough`: the convolution that makes the layer at half the resolution."""
        made = F.pixel_shuffle(torch.cat([rough(inner), self.inner(inner)], 1), 2)
        return made[:, :4] + self.zero(F.leaky_relu(self.mix(torch.cat([made, distance], 1)), 0.1))


def zero_convolution(into, out, bias=True):
    conv = nn.Conv2d(into, out, 1, bias=bias)
    for parameter in conv.parameters():
        nn.init.zeros_(parameter)
    return conv


class Avatar(nn.Module):
    """Control vector and face weights in, premultiplied RGBA out."""

    def __init__(self, frame: Frame):
        super().__init__()
        self.base, self.arms, self.hands = Base(frame), Arms(frame), Hands(frame)

    def forward(self, control, face, around=False):
        """`around`: one person's arms alone are drawn, in a box around them, as the product does."""
        return self.branch(self.base(control, face), control, around=around)

    def branch(self, base, control, around=False):
        if around:
            box = Box.around_arms(control, self.arms.frame)
            return self.hands.over(box.over(base, self.arms(box.cut(base), control, box)), control)
        right, left = self.hands(control)
        return over(over(over(base, self.arms(base, control)), right), left)
