"""Writes an avatar pack from a checkpoint: controlnet.onnx with half-size weights, controlnet.json, avatar.json.

The graph: control [1, 114], face [1, 52] -> picture [1, size, size, 4] (uint8, premultiplied RGBA) and check [1]
(not a number where the picture isn't one). Compared with PyTorch on the data's own poses before anything is written.
"""

import argparse
import hashlib
import io
import json
import re
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from control import CONTROL_LENGTH, FACE_LENGTH
from data import Data
from model import Avatar

HAZE = 0.02
# Pixels beside the farthest that any of so many poses moves a part.
MARGIN, LOOKED_AT = 8, 1024
# Smaller ones stay as they are; halving them would save nothing.
LEAST_HALVED = 256
# Of a picture's bytes, 0..255: what weights in halves may change.
MOST_MEAN, MOST_ANYWHERE = 0.25, 24


class Picture(nn.Module):
    """What the product runs: the avatar's picture as bytes."""

    def __init__(self, avatar):
        super().__init__()
        self.avatar = avatar

    def forward(self, control, face):
        picture = self.avatar(control, face, around=True)
        # What is nearly nothing is nothing: a haze beside the person would show as a square on a scene.
        # Half a level more, since bytes are cut off and not rounded.
        alpha = (picture[:, 3:4] * (1.03 * 255) + (0.5 - HAZE * 255)).clamp(0.5, 255.5)
        colours = torch.minimum((picture[:, :3] * 255 + 0.5).clamp(min=0.5), alpha)
        whole = torch.cat([colours, alpha], 1)
        return whole.to(torch.uint8).permute(0, 2, 3, 1), picture.mean().reshape(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="what render-poses.ts wrote; its poses are compared on")
    parser.add_argument("--about", type=Path, required=True, help="title, description, licence, author: JSON")
    parser.add_argument("--out", type=Path, required=True, help="the pack's folder, named as the avatar")
    options = parser.parse_args()
    export(options.checkpoint, options.data, json.loads(options.about.read_text()), options.out)


def export(checkpoint, folder, about, out):
    data = Data(folder)
    net, whole = load(checkpoint, data.frame), load(checkpoint, data.frame)
    crop(net.base, data)
    proto = halve(to_onnx(net), net)
    compare(proto, whole, data)
    write(out, data, about, proto.SerializeToString())


@torch.no_grad()
def crop(base, data):
    """Draws less: only where torso, head and the head's layers get in any of many poses, and some beside it."""
    inputs = data.frames.inputs(slice(0, LOOKED_AT))
    reached = None
    for control, face in zip(*(values.split(32) for values in inputs)):
        parts = [base.torso(control), *base.head.layers(control, face), *base.heads(control, face)]
        now = [(part[:, 3] > HAZE).any(0) for part in parts]
        reached = now if reached is None else [a | b for a, b in zip(reached, now)]
    torso, *layers = (piece_of(part) for part in reached[:-2])
    left, _, right, _ = piece_of(reached[-2] | reached[-1])
    base.torso.piece, base.head.pieces, base.columns = torso, layers, (left, right)


def piece_of(reached):
    """Left, top, right, bottom of a piece around what was reached; multiples of 8, or the picture's own sides."""
    sides = []
    for line in (reached.any(0), reached.any(1)):
        found = line.nonzero()
        first, last = (int(found.min()), int(found.max()) + 1) if len(found) else (0, len(line))
        sides.append((max(0, (first - MARGIN) // 8 * 8), min(len(line), -(-(last + MARGIN) // 8) * 8)))
    (left, right), (top, bottom) = sides
    return left, top, right, bottom


def load(checkpoint, frame):
    net = Avatar(frame)
    net.load_state_dict(torch.load(checkpoint, weights_only=True)["average"])
    return net.eval().requires_grad_(False)


def to_onnx(net):
    stream = io.BytesIO()
    inputs = (torch.zeros(1, CONTROL_LENGTH), torch.zeros(1, FACE_LENGTH))
    names = {"input_names": ["control", "face"], "output_names": ["picture", "check"]}
    torch.onnx.export(Picture(net), inputs, stream, dynamo=False, opset_version=17, **names)
    proto = onnx.load_from_string(stream.getvalue())
    proto.doc_string = ""
    return proto


def halve(proto, net):
    """Weights as float16 and drawings as bytes; the runtime turns them back once, when it loads the graph."""
    drawings = {tuple(p.shape) for name, p in net.named_parameters() if name.endswith("texture")}
    nodes, kept = [], []
    for tensor in proto.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < LEAST_HALVED:
            kept.append(tensor)
            continue
        name, stored = tensor.name, f"{tensor.name}_stored"
        if values.shape in drawings:
            kept.append(numpy_helper.from_array(np.round(values.clip(0, 1) * 255).astype(np.uint8), stored))
            kept.append(numpy_helper.from_array(np.float32(1 / 255), f"{name}_scale"))
            nodes.append(helper.make_node("Cast", [stored], [f"{name}_bytes"], to=TensorProto.FLOAT))
            nodes.append(helper.make_node("Mul", [f"{name}_bytes", f"{name}_scale"], [name]))
        else:
            kept.append(numpy_helper.from_array(values.astype(np.float16), stored))
            nodes.append(helper.make_node("Cast", [stored], [name], to=TensorProto.FLOAT))
    del proto.graph.initializer[:]
    proto.graph.initializer.extend(kept)
    rest = list(proto.graph.node)
    del proto.graph.node[:]
    proto.graph.node.extend(nodes + rest)
    onnx.checker.check_model(proto, full_check=True)
    return proto


def compare(proto, net, data):
    """Draws a few poses with the graph and, uncropped, with PyTorch."""
    import onnxruntime as ort

    session = ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    worst, means = 0, []
    for i in range(min(16, len(data.frames))):
        control, face = data.frames.inputs(slice(i, i + 1))
        got, _ = session.run(None, {"control": control.numpy(), "face": face.numpy()})
        want = Picture(net)(control, face)[0].numpy()
        miss = np.abs(got.astype(int) - want.astype(int))
        worst, means = max(worst, int(miss.max())), [*means, miss.mean()]
    print(f"graph against PyTorch: {np.mean(means):.4f} of 255 on average, {worst} at most")
    if np.mean(means) > MOST_MEAN or worst > MOST_ANYWHERE:
        raise SystemExit("the graph differs from PyTorch")


def write(out, data, about, graph):
    out.mkdir(parents=True, exist_ok=True)
    measures = data.meta["measures"]
    hair = {key: measures["hair"][key] for key in ("length", "hertz")}
    steered = {"size": data.frame.size, "view": data.meta["view"], "measures": {**measures, "hair": hair}}
    files = {"controlnet.json": neat(steered).encode(), "controlnet.onnx": graph}
    for name, content in files.items():
        (out / name).write_bytes(content)
    sums = {name: {"sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()}
    pack = {"name": out.name, **about, "body": "controlnet", "lips": "visemes", "width": 512, "height": 512, "fps": 25}
    (out / "avatar.json").write_text(neat({**pack, "files": sums}))
    print(f"{out}: {len(graph) / 1e6:.2f} MB")


def neat(value):
    """JSON as this repository formats it: lists of numbers on one line."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return re.sub(r"\[\s+([-\d.,\s]+?)\s+\]", lambda m: f"[{' '.join(m[1].split())}]", text) + "\n"


if __name__ == "__main__":
    main()
