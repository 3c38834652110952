"""How far a picture is from the truth: colours and edges, where viewers look more than elsewhere."""

import torch
from torch.nn import functional as F

from control import LEFT_HAND, RIGHT_HAND, points


def picture_loss(drawn, truth, weight=None):
    """Huber on colours (L1 alone lets a branch that starts at zero stay there) and L1 on edges."""
    weight = 1.0 if weight is None else weight
    colour = F.smooth_l1_loss(drawn, truth, beta=0.05, reduction="none") * weight
    miss = drawn - truth
    across = (miss[..., 1:] - miss[..., :-1]).abs()
    down = (miss[..., 1:, :] - miss[..., :-1, :]).abs()
    if isinstance(weight, torch.Tensor):
        across, down = across * weight[..., 1:], down * weight[..., 1:, :]
    return colour.mean() + 0.5 * (across.mean() + down.mean())


def broad_loss(drawn, truth, weight=None):
    """The same with a coarse picture's besides, which tells a flow that is far off where to go."""
    coarse = picture_loss(F.avg_pool2d(drawn, 4), F.avg_pool2d(truth, 4))
    return picture_loss(drawn, truth, weight) + coarse


def hand_weight(control, axes, most=4.0):
    """1 far from hands, `most` on them: [B, 1, h, w]."""
    weight = 0
    for start in (RIGHT_HAND, LEFT_HAND):
        centre = points(control, start, 21).mean(1)
        x, y = axes[0] - centre[:, :1], axes[1] - centre[:, 1:]
        away = torch.sqrt(x[:, None, :] ** 2 + y[:, :, None] ** 2)
        weight = weight + torch.sigmoid((0.3 - away) * 30)
    return 1 + (most - 1) * torch.clamp(weight, max=1)[:, None]


def face_weight(side, most=4.0):
    """Eyes, brows and mouth in the head's patch: [1, 1, side, side]."""
    place = 116 * ((torch.arange(side) + 0.5) / side - 0.5)
    x, y = place[None], place[:, None]
    eyes = torch.sigmoid((26 - x.abs()) / 2) * torch.sigmoid((16 - (y + 2).abs()) / 2)
    mouth = torch.sigmoid((16 - x.abs()) / 2) * torch.sigmoid((12 - (y - 28).abs()) / 2)
    return (1 + (most - 1) * torch.clamp(eyes + mouth, max=1))[None, None]
