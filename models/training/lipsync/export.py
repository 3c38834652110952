"""Writes lipsync.onnx and lipsync.json from a checkpoint: front end, trackers and network in one graph.

One step: audio [1, 560] (240 samples of context, 320 new) and state [1, 258] (two GRU states of 128,
level above its least, floor below its most; zeros at the start) to state_out and, for the look-ahead of
N ms, visemes_N [1, 15], voice_N [1, 1] and articulators_N [1, 7]. Weights keep PyTorch's names. Checked
here against PyTorch on random audio before it is written.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

import frontend
import model
import weights
from phones import ARTICULATORS, VISEMES

H = model.HIDDEN
STATE = 2 * H + 2
PRODUCT_MS = 40


class Graph:
    """A list of nodes with constants by value; `add` names and returns a node's only output."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def add(self, op, *inputs, **attributes):
        names = [x if isinstance(x, str) else self.constant(x) for x in inputs]
        out = f"{op.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, names, [out], **attributes))
        return out

    def constant(self, value, name=None):
        array = np.asarray(value)
        array = array.astype(np.int64 if array.dtype.kind == "i" else np.float32)
        name = name or f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def split(self, x, start, stop, axis):
        return self.add("Slice", x, np.array([start]), np.array([stop]), np.array([axis]))

    def log10(self, x):
        return self.add("Mul", self.add("Log", x), np.float32(1 / np.log(10)))

    def product(self, x, net, weight, bias):
        """x times a parameter of `net` plus another, both under their own names in the graph."""
        stored = net.state_dict()
        times = self.constant(stored[weight].numpy().T, weight)
        return self.add("Add", self.add("MatMul", x, times), self.constant(stored[bias].numpy(), bias))

    def dense(self, x, net, layer):
        return self.product(x, net, f"{layer}.weight", f"{layer}.bias")


def build(net):
    g = Graph()
    log_mel, energy = mel_nodes(g)
    high, low, level_out, floor_out = tracker_nodes(g, energy)
    near = g.add("Clip", g.add("Sub", log_mel, high), np.float32(-5), np.float32(2))
    scaled = g.add("Add", g.add("Mul", near, np.float32(0.7)), np.float32(1.2))
    flat = g.add("Reshape", scaled, np.array([1, 2 * model.BANDS]))
    over = g.add("Clip", g.add("Sub", energy, low), np.float32(0), np.float32(6))
    under = g.add("Clip", g.add("Sub", energy, high), np.float32(-5), np.float32(0))
    x = g.add("Concat", flat, under, over, axis=1)
    x = g.add("Relu", g.dense(x, net, "inner"))
    first = gru_nodes(g, x, g.split("state", 0, H, 1), net, 0)
    second = gru_nodes(g, first, g.split("state", H, 2 * H, 1), net, 1)
    results = {"state_out": g.add("Concat", first, second, level_out, floor_out, axis=1)}
    for i, steps in enumerate(model.LOOKAHEADS):
        out = g.dense(g.add("Relu", g.dense(second, net, f"heads.{i}.mix")), net, f"heads.{i}.out")
        cut = len(VISEMES)
        results[f"visemes_{20 * steps}"] = g.add("Softmax", g.split(out, 0, cut, 1), axis=1)
        results[f"voice_{20 * steps}"] = g.add("Sigmoid", g.split(out, cut, cut + 1, 1))
        moved = g.split(out, cut + 1, cut + 1 + model.ARTICULATORS, 1)
        results[f"articulators_{20 * steps}"] = g.add("Sigmoid", moved)
    for name, source in results.items():
        g.nodes.append(helper.make_node("Identity", [source], [name]))
    return model_proto(g)


def model_proto(g):
    tensor = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)  # noqa: E731
    outputs = [tensor("state_out", [1, STATE])]
    for steps in model.LOOKAHEADS:
        outputs.append(tensor(f"visemes_{20 * steps}", [1, len(VISEMES)]))
        outputs.append(tensor(f"voice_{20 * steps}", [1, 1]))
        outputs.append(tensor(f"articulators_{20 * steps}", [1, model.ARTICULATORS]))
    inputs = [tensor("audio", [1, frontend.CONTEXT + 2 * frontend.HOP]), tensor("state", [1, STATE])]
    graph = helper.make_graph(g.nodes, "lipsync", inputs, outputs, g.constants)
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(proto, full_check=True)
    return proto


def mel_nodes(g):
    """log10 mel power [2, 40] of the step's two windows, and log10 of their mean [1, 1]."""
    windows = [g.split("audio", i * frontend.HOP, i * frontend.HOP + frontend.WINDOW, 1) for i in (0, 1)]
    spectrum = g.add("MatMul", g.add("Concat", *windows, axis=0), frontend.dft())
    square = g.add("Mul", spectrum, spectrum)
    bank = frontend.filter_bank()
    power = g.add("MatMul", square, np.concatenate([bank, bank]))
    power = g.add("Add", power, np.float32(frontend.FLOOR))
    mean = g.add("ReduceMean", power, axes=[0, 1], keepdims=1)
    return g.log10(power), g.log10(mean)


def tracker_nodes(g, energy):
    """model.track for one step. State holds the level above LEVEL_MIN and the floor below FLOOR_MAX."""
    level = g.add("Add", g.split("state", 2 * H, 2 * H + 1, 1), np.float32(model.LEVEL_MIN - model.RELEASE))
    floor = g.add("Sub", np.float32(model.FLOOR_MAX + model.RELEASE), g.split("state", 2 * H + 1, STATE, 1))
    high = g.add("Max", g.add("Max", level, energy), np.float32(model.LEVEL_MIN))
    low = g.add("Min", g.add("Min", floor, energy), np.float32(model.FLOOR_MAX))
    level_out = g.add("Sub", high, np.float32(model.LEVEL_MIN))
    return high, low, level_out, g.add("Sub", np.float32(model.FLOOR_MAX), low)


def gru_nodes(g, x, state, net, layer):
    """One step of one layer, with PyTorch's gate order (reset, update, new) written out: two products."""
    from_x = g.product(x, net, f"gru.weight_ih_l{layer}", f"gru.bias_ih_l{layer}")
    from_h = g.product(state, net, f"gru.weight_hh_l{layer}", f"gru.bias_hh_l{layer}")
    both = g.add("Sigmoid", g.add("Add", g.split(from_x, 0, 2 * H, 1), g.split(from_h, 0, 2 * H, 1)))
    reset, update = g.split(both, 0, H, 1), g.split(both, H, 2 * H, 1)
    gated = g.add("Mul", reset, g.split(from_h, 2 * H, 3 * H, 1))
    new = g.add("Tanh", g.add("Add", g.split(from_x, 2 * H, 3 * H, 1), gated))
    return g.add("Add", new, g.add("Mul", update, g.add("Sub", state, new)))


def check(proto, net):
    """Streams random audio through the graph and compares with PyTorch on the whole."""
    import onnxruntime as ort

    session = ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(3)
    audio = (rng.standard_normal(320 * 150) * 10 ** np.repeat(rng.uniform(-4, -0.7, 75), 640)).astype(np.float32)
    padded = np.concatenate([np.zeros(frontend.CONTEXT, np.float32), audio])
    names = [f"{kind}_{20 * steps}" for steps in model.LOOKAHEADS for kind in ("visemes", "voice", "articulators")]
    state, got = np.zeros((1, STATE), np.float32), []
    for start in range(0, len(audio), 320):
        feeds = {"audio": padded[None, start : start + 560], "state": state}
        state, *said = session.run(["state_out", *names], feeds)
        got.append(np.concatenate([x[0] for x in said]))
    log_mel = torch.from_numpy(np.log10(frontend.mel_power(audio) + frontend.FLOOR))[None, :300]
    with torch.no_grad():
        parts = [
            part
            for logits, voice, moved in net(log_mel)
            for part in (torch.softmax(logits[0], -1), torch.sigmoid(voice[0])[:, None], torch.sigmoid(moved[0]))
        ]
    want = torch.cat(parts, 1).numpy()
    worst = float(np.abs(np.stack(got) - want).max())
    if worst > 2e-3:
        raise SystemExit(f"the graph differs from PyTorch by {worst}")
    print(f"graph equals PyTorch to {worst:.1e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    saved, net = torch.load(options.checkpoint), model.LipNet()
    weights.load(net, options.checkpoint)
    net.eval()
    proto = build(net)
    check(proto, net)
    options.out.mkdir(parents=True, exist_ok=True)
    data = proto.SerializeToString()
    (options.out / "lipsync.onnx").write_bytes(data)
    metadata = {
        "file": "lipsync.onnx", "sha256": hashlib.sha256(data).hexdigest(), "licence": "Apache-2.0",
        "sampleRateHz": frontend.RATE, "hopMs": 20, "contextSamples": frontend.CONTEXT,
        "lookaheadMs": PRODUCT_MS, "lookaheadsMs": [20 * steps for steps in model.LOOKAHEADS], "stateSize": STATE,
        "outputs": VISEMES, "articulators": [*ARTICULATORS, "voiced"],
        "parameters": sum(p.numel() for p in net.parameters()), "trainingSteps": saved["step"],
    }  # fmt: skip
    (options.out / "lipsync.json").write_text(json.dumps(metadata, indent=2) + "\n")
    print(f"{len(data) / 1e6:.2f} MB, {saved['step']} steps")


if __name__ == "__main__":
    main()
