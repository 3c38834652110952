"""Measures a checkpoint on poses that training never saw, beside the rig that drew them, and writes the report.

PSNR and SSIM (Wang et al. 2004) of premultiplied pictures over all pixels and of face and hands alone; sharpness:
the mean edge strength against the truth's; flicker: how much still pixels of neighbouring frames change where the
rig's own don't, beside how much the rig moves.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

from control import LEFT_HAND, RIGHT_HAND, points
from data import Data, to_tensor
from export import load

BACKGROUND = np.array([228, 224, 214]) / 255
# Rig units from the eyes' middle.
FACE_BOX = (-26, -18, 26, 44)
HAND_REACH = 30
# Steps of 1/255 up to which a pixel of the rig's own counts as still.
STILL = 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--held", type=Path, required=True, help="frames of held-out poses")
    parser.add_argument("--sequence", type=Path, help="frames one after another, for flicker")
    parser.add_argument("--out", type=Path, required=True, help="folder for report.json, report.md, side-by-side.png")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    evaluate(options.checkpoint, options.held, options.sequence, options.out)


def evaluate(checkpoint, held, sequence, out):
    """`held`, `sequence`: folders of frames; the latter may be None."""
    held = Data(held)
    net = load(checkpoint, held.frame)
    drawn = draw(net, held.frames)
    report = {"frames": len(held.frames), **quality(held, drawn)}
    sharp = {name: round(measure(held, drawn), 3) for name, measure in SHARPNESS.items()}
    report |= {name: value for name, value in sharp.items() if np.isfinite(value)}
    if sequence:
        moved = Data(sequence)
        report |= flicker(moved.frames.pictures, draw(net, moved.frames))
    report["parameters"] = sum(p.numel() for p in net.parameters())
    out.mkdir(parents=True, exist_ok=True)
    (out / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    (out / "report.md").write_text(as_table(report))
    side_by_side(held.frames.pictures, drawn).save(out / "side-by-side.png")
    print(as_table(report))


def draw(net, sheet):
    """All pictures of a sheet as bytes, each as the product draws it."""
    out = np.zeros(sheet.pictures.shape, np.uint8)
    for i in range(len(sheet)):
        with torch.no_grad():
            drawn = net(*sheet.inputs(slice(i, i + 1)), around=True).clamp(0, 1)
        out[i] = (drawn[0] * 255 + 0.5).byte().permute(1, 2, 0).numpy()
    return out


def quality(data, drawn):
    """Means over the frames, in decibels and SSIM, of the whole picture, faces and hands."""
    truth = data.frames.pictures
    whole, faces, hands, alike = [], [], [], []
    for i in range(len(truth)):
        a, b = drawn[i].astype(np.float32) / 255, np.asarray(truth[i], np.float32) / 255
        whole.append(psnr(a, b))
        alike.append(ssim(a, b))
        faces += [psnr(a[box], b[box]) for box in [face_box(data, i)]]
        hands += [psnr(a[box], b[box]) for box in hand_boxes(data, i)]
    means = {"psnr": whole, "facePsnr": faces, "handPsnr": hands}
    return {name: round(float(np.mean(v)), 2) for name, v in means.items() if v} | {
        "psnrWorstTenth": round(float(np.percentile(whole, 10)), 2),
        "ssim": round(float(np.mean(alike)), 4),
    }


def psnr(a, b):
    return -10 * np.log10(max(float(np.square(a - b).mean()), 1e-10))


def ssim(a, b):
    """Over the picture on a background, luma alone, 11 x 11 Gaussian of 1.5 pixels."""
    x, y = (torch.from_numpy(luma(p))[None, None] for p in (a, b))
    taps = torch.exp(-((torch.arange(11) - 5.0) ** 2) / 4.5)
    kernel = (taps[:, None] * taps[None] / taps.sum() ** 2)[None, None]
    mean = lambda p: F.conv2d(p, kernel)  # noqa: E731
    mx, my = mean(x), mean(y)
    sx, sy, sxy = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    return float((((2 * mx * my + 1e-4) * (2 * sxy + 9e-4)) / ((mx * mx + my * my + 1e-4) * (sx + sy + 9e-4))).mean())


def luma(picture):
    shown = picture[..., :3] + (1 - picture[..., 3:4]) * BACKGROUND
    return (shown @ np.array([0.2126, 0.7152, 0.0722])).astype(np.float32)


def face_box(data, i):
    frame, control = data.frame, data.frames.control[i]
    x = control[6] * 100
    y = frame.origin[1] + control[7] * 100
    return box_of(frame, x + FACE_BOX[0], y + FACE_BOX[1], x + FACE_BOX[2], y + FACE_BOX[3])


def hand_boxes(data, i):
    control = torch.from_numpy(data.frames.control[i : i + 1])
    boxes = []
    for start in (RIGHT_HAND, LEFT_HAND):
        x, y = (100 * points(control, start, 21)[0].mean(0)).tolist()
        box = box_of(data.frame, x - HAND_REACH, y - HAND_REACH, x + HAND_REACH, y + HAND_REACH)
        if box[0].stop - box[0].start > 20 and box[1].stop - box[1].start > 20:
            boxes.append(box)
    return boxes


def box_of(frame, left, top, right, bottom):
    scale = frame.pixels / 100
    column = lambda x: int(np.clip(x * scale + frame.size / 2, 0, frame.size))  # noqa: E731
    row = lambda y: int(np.clip((y - frame.bottom) * scale + frame.size, 0, frame.size))  # noqa: E731
    return slice(row(top), row(bottom)), slice(column(left), column(right))


def sharpness(boxes):
    """Edge strength of the network's pictures in these boxes against the truth's; 1 is as sharp."""

    def measure(data, drawn):
        ours, theirs = 0.0, 0.0
        for i in range(len(drawn)):
            for box in boxes(data, i):
                ours += edges(luma(drawn[i][box] / 255.0))
                theirs += edges(luma(np.asarray(data.frames.pictures[i][box]) / 255.0))
        return ours / theirs if theirs else float("nan")

    return measure


SHARPNESS = {"faceSharpness": sharpness(lambda data, i: [face_box(data, i)]), "handSharpness": sharpness(hand_boxes)}


def edges(picture):
    """Energy of a Laplacian: soft edges have little of it."""
    middle = picture[1:-1, 1:-1]
    around = picture[:-2, 1:-1] + picture[2:, 1:-1] + picture[1:-1, :-2] + picture[1:-1, 2:]
    return float(np.abs(4 * middle - around).sum())


def flicker(truth, drawn):
    """Change from frame to frame in steps of 1/255: of pixels that stand still in the rig's, and of all."""
    moves = lambda p: np.abs(np.diff(np.asarray(p).astype(np.int16), axis=0)).max(-1)  # noqa: E731
    own, ours = moves(truth), moves(drawn)
    seen = np.asarray(truth)[1:, ..., 3] > 0
    still, moving = seen & (own <= STILL), seen & (own > STILL)
    return {
        "flickerStillP99": int(np.percentile(ours[still], 99)),
        "flickerStillMean": round(float(ours[still].mean()), 3),
        "motionOfRigMean": round(float(own[moving].mean()), 2),
        "motionOfNetMean": round(float(ours[moving].mean()), 2),
    }


def side_by_side(truth, drawn, count=6):
    """Rows: the rig, the network, their difference four times as large."""
    chosen = np.linspace(0, len(truth) - 1, count).astype(int)
    columns = []
    for i in chosen:
        a, b = (np.asarray(p[i], np.float32) / 255 for p in (truth, drawn))
        shown = [p[..., :3] + (1 - p[..., 3:4]) * BACKGROUND for p in (a, b)]
        columns.append(np.vstack([*shown, np.clip(0.5 + 4 * (b - a)[..., :3], 0, 1)]))
    return Image.fromarray((np.hstack(columns).clip(0, 1) * 255).astype(np.uint8))


def as_table(report):
    return "".join(["| measure | value |\n| --- | --- |\n", *(f"| {name} | {value} |\n" for name, value in report.items())])


if __name__ == "__main__":
    main()
