"""Trained weights -> what the package ships:
`python training/export.py --state run/average.pt --groups FILE`.

The layers go to seven bits, held in int8 (dynamic, one scale a column), the embedding table stays
on the four-bit grid that training put it on (GatherBlockQuantized).  With eight bits the products
overflow on processors without VNNI, which add two of them in 16 bits: each kind of processor would
have a reader of its own.  `--precision fp32` writes the weights as they are, to compare.  The file
is compressed, which takes a quarter of it away: the weights are mostly small.

Activations get one eight-bit scale a call, and in a BERT a few channels are many times larger than
the rest, which leaves these few levels.  So, before rounding, each channel is divided by a factor
that its row of the matrix is multiplied by (SmoothQuant, Xiao et al. 2023, arXiv:2211.10438).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from four_bits import BLOCK, quantized
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from rows import PAD, Rows
from train import READER, build
from unpack import SMOOTH

LONGEST = 384  # word pieces of a window, as in assistant/reading/read.py
WINDOWS = 64  # of the training sets, on which the activations are looked at
ALPHA = 0.7  # how much of a channel's size goes from the activations into the weights


class Logits(torch.nn.Module):
    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor):
        out = self.model(input_ids=input_ids, attention_mask=attention_mask)
        return out.start_logits, out.end_logits


def to_onnx(model: torch.nn.Module, path: Path) -> None:
    ids = torch.randint(5, 1000, (2, 50))
    names = ["input_ids", "attention_mask", "start_logits", "end_logits"]
    torch.onnx.export(
        Logits(model),
        (ids, torch.ones_like(ids)),
        str(path),
        input_names=names[:2],
        output_names=names[2:],
        dynamic_axes={n: {0: "batch", 1: "tokens"} for n in names},
        opset_version=17,
        dynamo=False,
    )


def four_bit_table(path: Path) -> None:
    """Replace the embedding table, in place, by its four-bit form."""
    proto = onnx.load(str(path))
    graph = proto.graph
    weights = {w.name: w for w in graph.initializer}
    at, name = next(
        (i, name)
        for i, node in enumerate(graph.node)
        for name in node.input
        if node.op_type == "Gather" and name in weights and "word_embeddings" in name
    )
    q, scale = quantized(torch.from_numpy(numpy_helper.to_array(weights[name]).copy()))
    zeros = np.full(scale.shape, 8, dtype=np.uint8)
    graph.initializer.extend(
        [
            helper.make_tensor(
                name + "_q4",
                TensorProto.UINT4,
                list(weights[name].dims),
                pack(q.numpy()).tobytes(),
                raw=True,
            ),
            numpy_helper.from_array(scale.numpy(), name + "_scale"),
            helper.make_tensor(
                name + "_zero",
                TensorProto.UINT4,
                list(scale.shape),
                pack(zeros).tobytes(),
                raw=True,
            ),
        ]
    )
    node = helper.make_node(
        "GatherBlockQuantized",
        [name + "_q4", graph.node[at].input[1], name + "_scale", name + "_zero"],
        graph.node[at].output,
        graph.node[at].name,
        domain="com.microsoft",
        block_size=BLOCK,
        gather_axis=0,
        quantize_axis=1,
    )
    graph.node[at].CopyFrom(node)
    graph.initializer.remove(weights[name])
    proto.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    # four-bit tensors came with opset 21; what else the graph holds has not changed since 17
    for opset in proto.opset_import:
        if opset.domain == "":
            opset.version = 21
    proto.ir_version = 10
    onnx.save(proto, str(path))


def pack(q: np.ndarray) -> np.ndarray:
    """Two four-bit values a byte along the last axis, the first in the low half."""
    flat = q.reshape(-1)
    if len(flat) % 2:
        flat = np.append(flat, np.uint8(0))
    return (flat[0::2] | (flat[1::2] << 4)).astype(np.uint8)


def matrices(proto: onnx.ModelProto) -> list[onnx.NodeProto]:
    """The products with the layers' weights."""
    weights = {w.name for w in proto.graph.initializer}
    return [
        n
        for n in proto.graph.node
        if n.op_type == "MatMul" and n.input[1] in weights and "qa_outputs" not in n.name
    ]


def smooth(path: Path, rows: Rows, groups: Sequence[int]) -> None:
    """Divide what enters the layers' matrices by a factor a channel, in place; see above.

    factor = max|activation|^ALPHA / max|weight row|^(1 - ALPHA), over `groups` of `rows`.
    """
    proto = onnx.load(str(path))
    graph = proto.graph
    weights = {w.name: w for w in graph.initializer}
    products: dict[str, list[onnx.NodeProto]] = {}
    for node in matrices(proto):
        products.setdefault(node.input[0], []).append(node)

    watched = onnx.ModelProto()
    watched.CopyFrom(proto)
    for name in products:
        watched.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(watched.SerializeToString())
    peak: dict[str, np.ndarray] = {}
    for group in groups:
        ids = rows.collate([group])[0][:1]
        ids = ids[:, ids[0] != PAD]
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        for name, value in zip(products, session.run(list(products), feeds), strict=True):
            here = np.abs(value[0]).max(0)
            peak[name] = np.maximum(peak.get(name, here), here)

    for name, nodes in products.items():
        held = [numpy_helper.to_array(weights[n.input[1]]) for n in nodes]
        row = np.abs(np.concatenate(held, axis=1)).max(1)
        factor = np.maximum(peak[name], 1e-4) ** ALPHA / np.maximum(row, 1e-5) ** (1 - ALPHA)
        factor = (factor / np.exp(np.log(factor).mean())).astype(np.float32)
        graph.initializer.append(numpy_helper.from_array(1 / factor, name + SMOOTH))
        for node, matrix in zip(nodes, held, strict=True):
            larger = numpy_helper.from_array(matrix * factor[:, None], node.input[1])
            weights[node.input[1]].CopyFrom(larger)
        divided = helper.make_node("Mul", [name, name + SMOOTH], [name + "_divided"], name + "/Mul")
        first = min(i for i, n in enumerate(graph.node) if n in nodes)
        for node in nodes:
            node.input[0] = divided.output[0]
        graph.node.insert(first, divided)
    onnx.save(proto, str(path))


def eight_bit(source: Path, target: Path) -> None:
    """Dynamic int8 of the layers' matrices: a scale a column for weights, of seven bits, one a call
    for activations."""
    chosen = [n.name for n in matrices(onnx.load(str(source)))]
    quantize_dynamic(
        str(source),
        str(target),
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        nodes_to_quantize=chosen,
        op_types_to_quantize=["MatMul"],
    )


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--state", type=Path, nargs="+", required=True, help="of train.py; their mean")
    p.add_argument("--groups", type=Path, required=True, help="of prepare.py, to smooth by")
    p.add_argument("--layers", type=int, default=12)
    p.add_argument("--precision", choices=["fp32", "int8+4"], default="int8+4")
    p.add_argument("--out", type=Path, default=READER)
    a = p.parse_args()

    model = build(a.layers)
    states = [torch.load(s, map_location="cpu", weights_only=True)["model"] for s in a.state]
    model.load_state_dict({k: sum(s[k].float() for s in states) / len(states) for k in states[0]})
    model.eval()
    # positions beyond the longest window are never asked for
    table = model.base_model.embeddings.position_embeddings
    table.weight = torch.nn.Parameter(table.weight[: LONGEST + 2].clone())
    a.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        to_onnx(model, whole)
        if a.precision == "int8+4":
            smooth(whole, Rows([a.groups]), range(WINDOWS))
            eight_bit(whole, whole)
            four_bit_table(whole)
        # no name and no time in the header: the same weights give the same file
        plain = whole.read_bytes()
        weights = gzip.compress(plain, mtime=0)
    (a.out / "reader.onnx.gz").write_bytes(weights)
    if a.out.resolve() != READER.resolve():
        shutil.copy(READER / "tokenizer.json", a.out)
    card = {
        "sha256": hashlib.sha256(weights).hexdigest(),
        "unpacked_sha256": hashlib.sha256(plain).hexdigest(),
        "pad_token_id": model.config.pad_token_id,
        "encoder": "sentence-transformers/all-mpnet-base-v2 (Apache-2.0)",
        "layers": a.layers,
        "precision": a.precision,
        "licence": "Apache-2.0 for the code; trained on CC BY-SA, CC BY, MIT, Apache-2.0 and BSD "
        "data, named in training/README.md",
    }
    (a.out / "reader.json").write_text(json.dumps(card, indent=2) + "\n")
    # until calibrate.py fits it
    first = {"reader": card["sha256"], "weight": 0.3, "lead": 0.0, "bias": -1.0, "perhaps": 1.0}
    (a.out / "confidence.json").write_text(json.dumps(first) + "\n")
    print(f"{a.out}: {len(weights) / 1e6:.1f} MB, {a.precision}")


if __name__ == "__main__":
    main()
