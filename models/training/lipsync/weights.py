"""Weights between PyTorch and the ONNX graph, whose constants carry PyTorch's parameter names."""

import numpy as np
import onnx
import torch
from onnx import numpy_helper

TRANSPOSED = "weight"  # the graph multiplies from the right


def load(net, path):
    """From a checkpoint's averaged weights or from an exported graph."""
    if path.suffix == ".pt":
        net.load_state_dict(torch.load(path)["average"])
        return
    stored = {i.name: numpy_helper.to_array(i) for i in onnx.load(path).graph.initializer}
    missing = [name for name, _ in net.named_parameters() if name not in stored]
    if missing:
        raise SystemExit(f"{path} has no {missing[0]}: it was exported by another version of this recipe")
    arrays = {name: stored[name].T if TRANSPOSED in name else stored[name] for name, _ in net.named_parameters()}
    net.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in arrays.items()})
