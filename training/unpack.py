"""What the package ships -> weights to train on from: the inverse of `export.py`.

A checkpoint with its optimiser is half a gigabyte and is not kept; the shipped reader is.  Its
matrices come back to within half a step of their scale, all else as it was.
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import numpy as np
import onnx
import torch
from four_bits import BLOCK
from onnx import numpy_helper

SMOOTH = "_smooth"  # ends the name of what the channels are multiplied by before rounding


def unpack(reader: Path, state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """`state`, as `train.build` makes it, with the weights of `reader.onnx.gz`."""
    graph = onnx.load_model_from_string(gzip.decompress(reader.read_bytes())).graph
    held = {w.name: w for w in graph.initializer}
    made_by = {name: node for node in graph.node for name in node.output}

    def array(name: str) -> np.ndarray:
        return numpy_helper.to_array(held[name])

    found: dict[str, torch.Tensor] = {}
    for name in held:
        if name.removeprefix("model.") in state:
            found[name.removeprefix("model.")] = torch.from_numpy(array(name).copy())
        elif name.endswith("_q4"):
            packed = np.frombuffer(held[name].raw_data, np.uint8)
            values = np.stack([packed & 15, packed >> 4], 1).reshape(held[name].dims)
            scale = np.repeat(array(name.replace("_q4", "_scale")), BLOCK, 1)
            table = (values.astype(np.float32) - 8) * scale
            found[name.removeprefix("model.").removesuffix("_q4")] = torch.from_numpy(table)
    # positions beyond the longest window are not shipped
    whole = "mpnet.embeddings.position_embeddings.weight"
    found[whole] = torch.cat([found[whole], state[whole][len(found[whole]) :]])
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            weight = node.input[1].removesuffix("_quantized")
            steps = array(weight + "_quantized").astype(np.float32) - array(weight + "_zero_point")
            matrix = steps * array(weight + "_scale")
            entering = made_by[made_by[node.input[0]].input[0]]
            if entering.op_type == "Mul" and entering.input[1].endswith(SMOOTH):
                matrix = matrix * array(entering.input[1])[:, None]
        elif node.op_type == "MatMul" and node.input[1] in held:
            matrix = array(node.input[1])
        else:
            continue
        path = re.sub(r"/MatMul(_quant)?$", "", node.name).removeprefix("/model/")
        found[path.replace("/", ".") + ".weight"] = torch.from_numpy(matrix.T.copy())
    unknown = found.keys() - state.keys()
    if unknown:
        raise ValueError(f"{reader} is of another shape: {sorted(unknown)[:3]}")
    return {**state, **found}
