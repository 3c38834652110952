"""Weights out of a finished pack, to go on from: what the graph keeps by name, and drawings and flows by their shape."""

import numpy as np
import onnx
import torch
from onnx import numpy_helper


def load(net, path):
    """Fills what the graph has; parts that are newer than the graph stay as they begin. Returns how many are new."""
    stored = {}
    for tensor in onnx.load(str(path)).graph.initializer:
        values = numpy_helper.to_array(tensor)
        scale = 1 / 255 if values.dtype == np.uint8 else 1
        stored[tensor.name.removesuffix("_stored").removeprefix("avatar.")] = torch.tensor(values.astype(np.float32) * scale)
    loose = [value for name, value in stored.items() if "::" in name]
    drawings = [value for value in loose if value.dim() == 4]
    state = net.state_dict()
    new = 0
    for name, before in state.items():
        if name in stored and stored[name].shape == before.shape:
            state[name] = stored[name]
        elif name.endswith("head.texture"):
            state[name] = torch.cat(drawings, 1)
        elif name.endswith(("broad.weight", "close.weight")):
            # The graph multiplies from the other side.
            state[name] = next(value.T for value in loose if value.dim() == 2 and value.T.shape == before.shape)
        else:
            new += 1
    net.load_state_dict(state)
    return new
