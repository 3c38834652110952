"""Weights out of a finished pack, to go on from: what its graphs keep by name, and flows by their shape."""

import numpy as np
import onnx
import torch
from onnx import numpy_helper


def load(net, pack):
    """Fills what the pack's graphs have; parts that are newer stay as they begin. Returns how many are new."""
    stored = {}
    graphs = [onnx.load(str(path)).graph for path in sorted(pack.glob("*.onnx"))]
    for tensor in (tensor for graph in graphs for tensor in graph.initializer):
        values = numpy_helper.to_array(tensor)
        scale = 1 / 255 if values.dtype == np.uint8 else 1
        stored[tensor.name.removesuffix("_stored").removeprefix("avatar.")] = torch.tensor(values.astype(np.float32) * scale)
    loose = [value for name, value in stored.items() if "::" in name]
    state = net.state_dict()
    new = 0
    for name, before in state.items():
        if name in stored and stored[name].shape == before.shape:
            state[name] = stored[name]
        elif name.endswith(("broad.weight", "close.weight")):
            # The graph multiplies from the other side.
            state[name] = next(value.T for value in loose if value.dim() == 2 and value.T.shape == before.shape)
        else:
            new += 1
    net.load_state_dict(state)
    return new
