"""Writes one network as one ONNX file: constants folded, internal names short, no weights elsewhere."""
import logging
import tempfile
import warnings
from pathlib import Path

import onnx
import onnxruntime
import torch

OPSET = 17
# Protobuf's limit for a file. Above it weights would have to lie in a second one, which Posecast refuses.
MOST_BYTES = 2**31 - 1
FOLDED_BYTES = 2**29


def write_graph(
    module: torch.nn.Module, inputs: tuple, path: Path, names: list[str], outputs: list[str], axes: dict | None = None
) -> None:
    """`axes`: sides that stay free, as torch.onnx.export takes them."""
    size = sum(parameter.numel() * parameter.element_size() for parameter in module.parameters())
    if size > MOST_BYTES - 2**26:
        raise SystemExit(f"{path.name} would have {size / 1e9:.1f} GB; one file holds 2 GB: use --half")
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as temporary, warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        raw = Path(temporary) / "raw.onnx"
        torch.onnx.export(
            module, inputs, str(raw), input_names=names, output_names=outputs,
            opset_version=OPSET, dynamo=False, do_constant_folding=True, dynamic_axes=axes,
        )
        # A file's matter alone: whoever opens the graph folds it too. In half precision this would add
        # casts for the CPU, and near 2 GB it would not fit twice.
        small = size < FOLDED_BYTES and not any(p.dtype == torch.float16 for p in module.parameters())
        model = fold(raw, Path(temporary) / "folded.onnx") if small else onnx.load(str(raw))
        shorten(model)
        onnx.save(model, str(path))


def fold(raw: Path, to: Path) -> onnx.ModelProto:
    """Shapes are fixed, so everything computed from them is a constant; onnxruntime's first level folds it."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(to)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(raw), options, providers=["CPUExecutionProvider"])
    return onnx.load(str(to))


def shorten(model: onnx.ModelProto) -> None:
    """Tracing names every tensor by its whole path: half of a small file."""
    graph = model.graph
    kept = {value.name for value in [*graph.input, *graph.output]}
    short: dict[str, str] = {}

    def name(long: str) -> str:
        if long == "" or long in kept:
            return long
        return short.setdefault(long, f"t{len(short):x}")

    for weights in graph.initializer:
        weights.name = name(weights.name)
    for index, node in enumerate(graph.node):
        node.input[:] = [name(each) for each in node.input]
        node.output[:] = [name(each) for each in node.output]
        # Operators keep a part of their path, so that a refusal can say which one it is.
        node.name = f"{'/'.join(part for part in node.name.split('/') if part)[-40:]}.{index}"
        node.doc_string = ""
    del graph.value_info[:]
    del model.metadata_props[:]
    keep = [opset for opset in model.opset_import if opset.domain in ("", "ai.onnx")]
    del model.opset_import[:]
    model.opset_import.extend(keep)
