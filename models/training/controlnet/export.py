"""Writes an avatar pack from a checkpoint: base.onnx and controlnet.onnx with half-size weights, JSON beside them.

base.onnx, the frozen base: control [1, 114], face [1, 52] -> expression [1, 4, n, n] that is added to the face, and
cells of the flows, head_flow [1, 6, 24, 24] and torso_flow [1, 2, 16, 24]; besides, whatever the pose, the drawings
head [1, 12, patch, patch] and torso [1, 4, rows, size]. The product bends the drawings by them.
controlnet.onnx, the pose branch: control, base [1, 4, size, size] -> picture [1, size, size, 4] (uint8, premultiplied
RGBA) and check [1] (not a number where the picture isn't one).
Compared with PyTorch on the data's own poses before anything is written.
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
# Smaller ones stay as they are; halving them would save nothing.
LEAST_HALVED = 256
# Of a picture's bytes, 0..255: what weights in halves may change.
MOST_MEAN, MOST_ANYWHERE = 0.25, 24


class Base(nn.Module):
    """What bends the drawings, and the drawings."""

    def __init__(self, avatar):
        super().__init__()
        self.avatar = avatar

    def forward(self, control, face):
        base = self.avatar.base
        return *base.moves(control, face), base.head.texture, base.torso.texture


class Branch(nn.Module):
    """The avatar's picture as bytes, from the base's."""

    def __init__(self, avatar):
        super().__init__()
        self.avatar = avatar

    def forward(self, control, base):
        picture = self.avatar.branch(base, control, around=True)
        # What is nearly nothing is nothing: a haze beside the person would show as a square on a scene.
        # Half a level more, since bytes are cut off and not rounded.
        alpha = (picture[:, 3:4] * (1.03 * 255) + (0.5 - HAZE * 255)).clamp(0.5, 255.5)
        colours = torch.minimum((picture[:, :3] * 255 + 0.5).clamp(min=0.5), alpha)
        whole = torch.cat([colours, alpha], 1)
        return whole.to(torch.uint8).permute(0, 2, 3, 1), picture.mean().reshape(1)


BASE = {"inputs": ["control", "face"], "outputs": ["expression", "head_flow", "torso_flow", "head", "torso"]}
BRANCH = {"inputs": ["control", "base"], "outputs": ["picture", "check"]}


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
    net = load(checkpoint, data.frame)
    size = data.frame.size
    graphs = {
        "base.onnx": halve(to_onnx(Base(net), (CONTROL_LENGTH,), (FACE_LENGTH,), BASE)),
        "controlnet.onnx": halve(to_onnx(Branch(net), (CONTROL_LENGTH,), (4, size, size), BRANCH)),
    }
    compare(graphs, net, data)
    write(out, data, net, about, {name: proto.SerializeToString() for name, proto in graphs.items()})


def load(checkpoint, frame):
    net = Avatar(frame)
    net.load_state_dict(torch.load(checkpoint, weights_only=True)["average"])
    return net.eval().requires_grad_(False)


def to_onnx(module, first, second, names):
    stream = io.BytesIO()
    inputs = (torch.zeros(1, *first), torch.zeros(1, *second))
    named = {"input_names": names["inputs"], "output_names": names["outputs"]}
    torch.onnx.export(module, inputs, stream, dynamo=False, opset_version=17, **named)
    proto = onnx.load_from_string(stream.getvalue())
    proto.doc_string = ""
    return proto


def halve(proto):
    """Weights as float16, the torso's drawing as bytes; the runtime turns them back once, when it loads the graph."""
    nodes, kept = [], []
    for tensor in proto.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < LEAST_HALVED:
            kept.append(tensor)
            continue
        name, stored = tensor.name, f"{tensor.name}_stored"
        if name.endswith("torso.texture"):
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


@torch.no_grad()
def compare(graphs, net, data):
    """Runs both graphs on a few poses, beside PyTorch."""
    import onnxruntime as ort

    cpu = ["CPUExecutionProvider"]
    base, branch = (ort.InferenceSession(proto.SerializeToString(), providers=cpu) for proto in graphs.values())
    worst, means, moved = 0, [], 0.0
    for i in range(min(16, len(data.frames))):
        control, face = data.frames.inputs(slice(i, i + 1))
        got = base.run(None, {"control": control.numpy(), "face": face.numpy()})
        moved = max(moved, *(float(np.abs(a - b.numpy()).max()) for a, b in zip(got, Base(net)(control, face))))
        drawn = net.base(control, face)
        picture, _ = branch.run(None, {"control": control.numpy(), "base": drawn.numpy()})
        miss = np.abs(picture.astype(int) - Branch(net)(control, drawn)[0].numpy().astype(int))
        worst, means = max(worst, int(miss.max())), [*means, miss.mean()]
    print(f"graphs against PyTorch: {np.mean(means):.4f} of 255 on average, {worst} at most; the base {255 * moved:.2f}")
    if np.mean(means) > MOST_MEAN or worst > MOST_ANYWHERE or 255 * moved > MOST_ANYWHERE:
        raise SystemExit("the graphs differ from PyTorch")


def write(out, data, net, about, graphs):
    out.mkdir(parents=True, exist_ok=True)
    measures, frame = data.meta["measures"], data.frame
    hair = {key: measures["hair"][key] for key in ("length", "hertz")}
    head = {"patch": frame.patch, "reach": frame.reach, "origin": frame.origin, "pivot": frame.pivot}
    rows = {"torsoRow": frame.torso_row, "headRows": frame.head_rows}
    base = {**rows, "head": {**head, "face": net.base.head.crop}}
    steered = {"size": frame.size, "view": data.meta["view"], "measures": {**measures, "hair": hair}, "base": base}
    files = {"controlnet.json": neat(steered).encode(), **graphs}
    for name, content in files.items():
        (out / name).write_bytes(content)
    sums = {name: {"sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()}
    pack = {"name": out.name, **about, "body": "controlnet", "lips": "visemes", "width": 512, "height": 512, "fps": 25}
    (out / "avatar.json").write_text(neat({**pack, "files": sums}))
    print(f"{out}: {sum(len(graph) for graph in graphs.values()) / 1e6:.2f} MB")


def neat(value):
    """JSON as this repository formats it: lists of numbers on one line."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return re.sub(r"\[\s+([-\d.,\s]+?)\s+\]", lambda m: f"[{' '.join(m[1].split())}]", text) + "\n"


if __name__ == "__main__":
    main()
