"""Train the reader: `python training/train.py --data DIR --encoder DIR --out DIR`.

A sentence encoder learns to mark where a passage answers a question, or that it does not (the
first token is the null span; Devlin et al. 2019, section 4.3).  Deterministic for a seed on one
machine, resumable at its last checkpoint, on CPU in bfloat16 or on a GPU where there is one.

The learning rate warms up, stays, and falls to zero over the last `--decay` steps
(warm-up–stable–decay, Hu et al. 2024, arXiv:2404.06395): a run can be prolonged or ended early by
starting it again from its checkpoint with another `--steps`.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from data import Example, describe, development_examples, training_examples
from four_bits import rounded
from torch.nn.functional import cross_entropy
from transformers import AutoModelForQuestionAnswering, AutoTokenizer
from unpack import unpack

MAX_TOKENS = 288
EVERY = 50  # steps between checkpoints


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--data", type=Path, required=True, help="folder of the training sets")
    p.add_argument("--encoder", type=Path, required=True, help="folder of the sentence encoder")
    p.add_argument("--out", type=Path, required=True, help="checkpoints, log, finished model")
    p.add_argument("--start", type=Path, help="go on from this reader.onnx.gz: the second course")
    p.add_argument("--layers", type=int, default=8, help="encoder layers kept, from the bottom")
    p.add_argument("--frozen", type=int, default=2, help="lowest layers not trained")
    p.add_argument("--steps", type=int, default=1400)
    p.add_argument("--decay", type=int, default=300)
    p.add_argument("--warmup", type=int, default=80)
    p.add_argument("--batch", type=int, default=24)
    p.add_argument("--lr", type=float, default=6e-5)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=2)
    return p.parse_args()


def build(encoder: Path, layers: int, frozen: int = 0) -> torch.nn.Module:
    """The encoder's lowest `layers` with a fresh span head; embeddings and `frozen` layers stand
    still.

    The embedding table is rounded to four bits before the first step: the layers above learn on
    the rounded values, so shipping them costs nothing.
    """
    model = AutoModelForQuestionAnswering.from_pretrained(
        encoder,
        num_hidden_layers=layers,
        attn_implementation="eager",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        local_files_only=True,
    )
    base = model.base_model
    for part in [base.embeddings, *base.encoder.layer[:frozen]]:
        part.requires_grad_(False)
    table = base.embeddings.word_embeddings.weight
    table.data.copy_(rounded(table.data))
    return model


def encode(tokenizer, examples: Sequence[Example]) -> list[dict[str, object]]:
    """Token ids and the span's first and last token (0, 0 when there is none in reach)."""
    rows = []
    for first in range(0, len(examples), 2000):
        part = examples[first : first + 2000]
        batch = tokenizer(
            [e.question for e in part],
            [e.context for e in part],
            truncation="only_second",
            max_length=MAX_TOKENS,
            return_offsets_mapping=True,
        )
        for i, e in enumerate(part):
            inside = [
                t
                for t, (s, (a, b)) in enumerate(
                    zip(batch.sequence_ids(i), batch["offset_mapping"][i], strict=True)
                )
                if s == 1
                and e.start is not None
                and e.end is not None
                and b > e.start
                and a < e.end
            ]
            span = (inside[0], inside[-1]) if inside else (0, 0)
            rows.append({"ids": batch["input_ids"][i], "span": span})
    return rows


def batches(rows: list, size: int, seed: int) -> Iterator[list]:
    """Endless shuffled batches; each is cut from a pool sorted by length, so that padding is
    little."""
    epoch = 0
    while True:
        rng = random.Random(seed * 1000 + epoch)
        order = rng.sample(rows, len(rows))
        for first in range(0, len(order), size * 20):
            pool = sorted(order[first : first + size * 20], key=lambda r: len(r["ids"]))
            cut = [pool[i : i + size] for i in range(0, len(pool), size)]
            rng.shuffle(cut)
            yield from cut
        epoch += 1


def collate(rows: list, pad: int, device: torch.device):
    width = max(len(r["ids"]) for r in rows)
    ids = torch.full((len(rows), width), pad)
    for i, r in enumerate(rows):
        ids[i, : len(r["ids"])] = torch.tensor(r["ids"])
    spans = torch.tensor([r["span"] for r in rows])
    return ids.to(device), (ids != pad).long().to(device), spans.to(device)


def span_loss(start: torch.Tensor, end: torch.Tensor, spans: torch.Tensor, mask: torch.Tensor):
    """Mean cross-entropy of the first and the last token over the unpadded ones."""
    low = torch.finfo(torch.float32).min
    start = start.float().masked_fill(mask == 0, low)
    end = end.float().masked_fill(mask == 0, low)
    return (cross_entropy(start, spans[:, 0]) + cross_entropy(end, spans[:, 1])) / 2


def has_bfloat16() -> bool:
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def rate(step: int, a: argparse.Namespace) -> float:
    """The share of the learning rate at a step."""
    return min(1.0, (step + 1) / a.warmup, max(0.0, (a.steps - step) / a.decay))


@torch.no_grad()
def development(model, rows: list, pad: int, device, autocast) -> dict[str, float]:
    """How often the null decision and the exact span are right on held-out articles."""
    right, margins, answerable = [], [], []
    for first in range(0, len(rows), 32):
        ids, mask, spans = collate(rows[first : first + 32], pad, device)
        with autocast():
            out = model(input_ids=ids, attention_mask=mask)
        s = out.start_logits.float().masked_fill(mask == 0, -1e9)
        e = out.end_logits.float().masked_fill(mask == 0, -1e9)
        pair = s[:, 1:, None] + e[:, None, 1:]
        n = pair.shape[1]
        band = torch.ones(n, n, dtype=torch.bool, device=device).triu().tril(29)
        pair = pair.masked_fill(~band, -1e9).flatten(1)
        best, where = pair.max(1)
        margins += (best - s[:, 0] - e[:, 0]).tolist()
        answerable += (spans[:, 0] > 0).tolist()
        found = torch.stack([where // n + 1, where % n + 1], 1)
        right += (found == spans).all(1).tolist()
    margins, answerable, right = map(np.array, (margins, answerable, right))
    order = margins.argsort().argsort() + 1
    n1, n0 = answerable.sum(), (~answerable).sum()
    auc = (order[answerable].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)
    return {
        "exact_of_answerable": round(float(right[answerable].mean()), 3),
        "silent_at_zero": round(float((margins[~answerable] < 0).mean()), 3),
        "spoken_at_zero": round(float((margins[answerable] > 0).mean()), 3),
        "auc": round(float(auc), 3),
    }


def main() -> None:
    a = arguments()
    torch.manual_seed(a.seed)
    torch.set_num_threads(a.threads)
    a.out.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    # where the processor has no bfloat16, its emulation is a hundred times slower than float32
    autocast = partial(
        torch.autocast, device.type, torch.bfloat16, enabled=device.type == "cuda" or has_bfloat16()
    )
    tokenizer = AutoTokenizer.from_pretrained(a.encoder, local_files_only=True)
    model = build(a.encoder, a.layers, a.frozen)
    if a.start:
        model.load_state_dict(unpack(a.start, model.state_dict()))
        torch.save({"model": model.state_dict()}, a.out / "start.pt")  # to average with the end
    model = model.to(device)
    examples = training_examples(a.data, a.seed, second=a.start is not None)
    rows = encode(tokenizer, examples)
    held_out = encode(tokenizer, development_examples(a.data)[::3])
    tokens = sum(len(r["ids"]) for r in rows)
    print(f"{len(rows)} examples, {tokens} tokens, {len(held_out)} held out", describe(examples))

    head = [p for n, p in model.named_parameters() if n.startswith("qa_outputs")]
    body = [p for n, p in model.named_parameters() if p.requires_grad and not n.startswith("qa_")]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": a.lr}, {"params": head, "lr": a.lr * 10}],
        weight_decay=0.01,
        fused=True,
    )
    peaks = [g["lr"] for g in optimizer.param_groups]
    checkpoint, step = a.out / "checkpoint.pt", 0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        step = state["step"]
        print(f"going on at step {step}")
    stream = batches(rows, a.batch, a.seed)
    for _ in range(step):
        next(stream)

    model.train()
    begun, seen, total = time.time(), 0, 0.0
    while step < a.steps:
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["lr"] = peak * rate(step, a)
        ids, mask, spans = collate(next(stream), tokenizer.pad_token_id, device)
        with autocast():
            out = model(input_ids=ids, attention_mask=mask)
        loss = span_loss(out.start_logits, out.end_logits, spans, mask)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(body + head, 1.0)
        optimizer.step()
        step += 1
        seen += int(mask.sum())
        total += loss.item()
        if step % 20 == 0:
            speed = seen / (time.time() - begun)
            print(f"step {step} loss {total / 20:.3f} {speed:.0f} tokens/s", flush=True)
            total = 0.0
        if step % EVERY == 0 or step == a.steps:
            state = {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "step": step,
            }
            torch.save(state, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)
        if step % (EVERY * 4) == 0 or step == a.steps:
            torch.save({"model": model.state_dict()}, a.out / f"{step}.pt")  # to average
            model.eval()
            scores = development(model, held_out, tokenizer.pad_token_id, device, autocast)
            model.train()
            with (a.out / "log.jsonl").open("a") as log:
                log.write(json.dumps({"step": step, **scores}) + "\n")
            print(step, scores, flush=True)
    model.save_pretrained(a.out / "model")
    tokenizer.save_pretrained(a.out / "model")


if __name__ == "__main__":
    main()
