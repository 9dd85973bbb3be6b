"""Train the reader: `python training/train.py --data DIR --encoder DIR --out DIR`.

A sentence encoder learns to mark where passages answer a question, or that none does.  The first
token of a passage is its null (Devlin et al. 2019, section 4.3); what is learnt are margins over
it, normalised over all passages that were retrieved for a question together with one null of
margin 0, "nowhere here" (shared norm: Clark and Gardner 2018, arXiv:1710.10723).  So margins
compare across passages, which is all that the product does with them.  Deterministic for a seed
on one machine, resumable at its last checkpoint, on CPU in bfloat16 or on a GPU where there is one.

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
from typing import Any

import numpy as np
import torch
from four_bits import rounded
from groups import Group, describe, development_groups, training_groups
from made_up import Passage
from safetensors.torch import load_file
from transformers import AutoModelForQuestionAnswering, AutoTokenizer
from unpack import unpack

from assistant.evaluate.measures import auroc, token_f1

MAX_TOKENS = 320
ROWS = 16  # of a batch that is only read, to a multiple
MULTIPLE = 16  # widths are padded to it: the kernels keep memory for every width that they see
OWN = 1.0  # weight of each passage's own loss beside that of the group
EVERY = 50  # steps between checkpoints
LOOKS = 400  # steps between looks at what is kept out, and snapshots


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--data", type=Path, required=True, help="folder of the training sets")
    p.add_argument("--encoder", type=Path, required=True, help="folder of the sentence encoder")
    p.add_argument("--out", type=Path, required=True, help="checkpoints, log, finished model")
    p.add_argument("--start", type=Path, help="go on from this reader.onnx.gz or .safetensors")
    p.add_argument("--watch", type=Path, help="more groups to look at, as eval/groups.py writes")
    p.add_argument("--scale", type=float, default=1.0, help="times the questions of groups.SHARE")
    p.add_argument("--layers", type=int, default=12, help="encoder layers kept, from the bottom")
    p.add_argument("--frozen", type=int, default=3, help="lowest layers not trained")
    p.add_argument("--steps", type=int, default=1500)
    p.add_argument("--decay", type=int, default=600)
    p.add_argument("--warmup", type=int, default=60)
    p.add_argument("--batch", type=int, default=24, help="passages in a step")
    p.add_argument(
        "--hardest", type=float, default=0.0, help="share of groups with their hardest passages"
    )
    p.add_argument("--lr", type=float, default=3e-5)
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


Row = dict[str, Any]


def encode(tokenizer, groups: Sequence[Group]) -> list[list[Row]]:
    """Of each group the passages, as token ids, the (first, last) tokens that answer and whether
    it is a spare; spares last."""
    encoded = []
    for group in groups:
        rows: list[Row] = []
        for i, passage in enumerate((*group.passages, *group.spare)):
            one = tokenizer(
                group.question,
                passage.text,
                truncation="only_second",
                max_length=MAX_TOKENS,
                return_offsets_mapping=True,
            )
            places = list(zip(one.sequence_ids(), one["offset_mapping"], strict=True))
            spans = []
            for start, end in passage.spans:
                inside = [
                    t for t, (s, (a, b)) in enumerate(places) if s == 1 and b > start and a < end
                ]
                if inside:
                    spans.append((inside[0], inside[-1]))
            spare = i >= len(group.passages)
            rows.append({"ids": one["input_ids"], "spans": spans, "spare": spare})
        encoded.append(rows)
    return encoded


def count_read(group: Sequence[Row]) -> int:
    """Its passages without the spares."""
    return sum(not r["spare"] for r in group)


def batches(groups: list[list[Row]], size: int, seed: int) -> Iterator[list[list[Row]]]:
    """Endless shuffled batches of about `size` passages, whole groups; each is cut from a pool
    sorted by length, so that padding is little."""
    epoch = 0
    while True:
        rng = random.Random(seed * 1000 + epoch)
        order = rng.sample(groups, len(groups))
        for first in range(0, len(order), size * 20):
            pool = sorted(
                order[first : first + size * 20], key=lambda g: max(len(r["ids"]) for r in g)
            )
            cut: list[list[list[Row]]] = [[]]
            for group in pool:
                if sum(map(count_read, cut[-1])) + count_read(group) > size:
                    cut.append([])
                cut[-1].append(group)
            rng.shuffle(cut)
            yield from cut
        epoch += 1


def collate(groups: Sequence[Sequence[Row]], pad: int, device: torch.device):
    """ids, mask: (passages, tokens); starts, ends: the same, True where an answer begins or ends;
    sizes: passages of each group."""
    rows = [r for g in groups for r in g]
    width = -(-max(len(r["ids"]) for r in rows) // MULTIPLE) * MULTIPLE
    ids = torch.full((len(rows), width), pad)
    starts, ends = torch.zeros(2, len(rows), width, dtype=torch.bool)
    for i, r in enumerate(rows):
        ids[i, : len(r["ids"])] = torch.tensor(r["ids"])
        for first, last in r["spans"]:
            starts[i, first] = ends[i, last] = True
    mask = (ids != pad).long()
    return (*(t.to(device) for t in (ids, mask, starts, ends)), [len(g) for g in groups])


@torch.no_grad()
def pick_hardest(
    model, groups: Sequence[Sequence[Row]], share: float, rng: random.Random, pad, device, autocast
) -> list[list[Row]]:
    """The groups without their spares.  In a `share` of them the passages that do not answer are
    those of all, spares too, in which the reader as it is finds most: what the product meets is
    the maximum over all that it reads.  Not in every group, since some of these do answer."""
    read = [[r for r in g if not r["spare"]] for g in groups]
    asked = [
        i
        for i, g in enumerate(groups)
        if len(g) > len(read[i]) and not all(r["spans"] for r in read[i]) and rng.random() < share
    ]
    silent = [[r for r in groups[i] if not r["spans"]] for i in asked]
    if not silent:
        return read
    ids, mask, *_, sizes = collate(silent, pad, device)
    # as few different numbers of rows as can be: the kernels are made anew for each
    extra = -len(ids) % ROWS
    ids, mask = (torch.cat([t, t[:1].expand(extra, -1)]) for t in (ids, mask))
    with autocast():
        out = model(input_ids=ids, attention_mask=mask)
    found = sum((x - x[:, :1]).float()[:, 1:].amax(1) for x in (out.start_logits, out.end_logits))
    by_group = found[: sum(sizes)].split(sizes)
    for i, rows, values in zip(asked, silent, by_group, strict=True):
        answering = [r for r in read[i] if r["spans"]]
        order = sorted(range(len(rows)), key=lambda j: -float(values[j]))
        read[i] = answering + [rows[j] for j in order[: len(read[i]) - len(answering)]]
    return read


def span_loss(
    logits: torch.Tensor, gold: torch.Tensor, mask: torch.Tensor, sizes: Sequence[int]
) -> torch.Tensor:
    """Of one end of the span: -log of the share of the gold tokens, or of the null, over all
    passages of the group, plus `OWN` times the same over each passage alone; the mean.

    logits, gold, mask: (passages, tokens).  The null of each passage is its token 0, and margins
    over it are what is normalised.
    """
    low = torch.finfo(torch.float32).min
    logits = logits.float()
    margins = (logits - logits[:, :1])[:, 1:].masked_fill(mask[:, 1:] == 0, low)
    right = margins.masked_fill(~gold[:, 1:], low)

    def missed(margins: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        null = margins.new_zeros(1)
        whole = torch.logsumexp(torch.cat([null, margins.flatten()]), 0)
        told = torch.logsumexp(right.flatten(), 0) if bool((right > low).any()) else null[0]
        return whole - told

    shared = [
        missed(m, r)
        for m, r in zip(margins.split(list(sizes)), right.split(list(sizes)), strict=True)
    ]
    own = [missed(m, r) for m, r in zip(margins, right, strict=True)]
    return torch.stack(shared).mean() + OWN * torch.stack(own).mean()


def has_bfloat16() -> bool:
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def begin(start: Path, state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """`state` with the weights of an earlier reader: a shipped one, or a file of tensors."""
    if start.suffix == ".safetensors":
        return {**state, **{k: v.float() for k, v in load_file(start).items()}}
    return unpack(start, state)


def rate(step: int, a: argparse.Namespace) -> float:
    """The share of the learning rate at a step."""
    return min(1.0, (step + 1) / a.warmup, max(0.0, (a.steps - step) / a.decay))


@torch.no_grad()
def look(model, tokenizer, groups: Sequence[Group], golds, device, autocast) -> dict[str, float]:
    """Over groups kept out of training: how often the best candidate of all passages is right
    where there is an answer, and how well its margin tells that there is one."""
    margins, right = [], []
    for group, rows, answers in zip(groups, encode(tokenizer, groups), golds, strict=True):
        ids, mask, *_ = collate([rows], tokenizer.pad_token_id, device)
        with autocast():
            out = model(input_ids=ids, attention_mask=mask)
        s, e = out.start_logits.float(), out.end_logits.float()
        first = tokenizer(group.question, return_length=True)["length"][0] + 1
        pair = (s - s[:, :1])[:, first:, None] + (e - e[:, :1])[:, None, first:]
        inside = mask[:, first:].bool()
        n = pair.shape[1]
        band = torch.ones(n, n, dtype=torch.bool, device=device).triu().tril(29)
        pair = pair.masked_fill(~(band & inside[:, None, :] & inside[:, :, None]), -1e9)
        best, where = pair.flatten().max(0)
        i, rest = divmod(int(where), n * n)
        kept = rows[i]["ids"][first + rest // n : first + rest % n + 1]
        margins.append(float(best))
        right.append(bool(answers) and token_f1(tokenizer.decode(kept), answers) >= 0.5)
    answerable = [bool(a) for a in golds]
    return {
        "right_if_never_silent": round(float(np.mean(np.array(right)[answerable])), 3),
        "auc_answerable": round(auroc(margins, answerable), 3),
        "auc_right": round(auroc(margins, right), 3),
        "spoken_at_zero": round(float((np.array(margins)[answerable] > 0).mean()), 3),
        "silent_at_zero": round(float((np.array(margins)[~np.array(answerable)] < 0).mean()), 3),
    }


def watched(path: Path) -> tuple[list[Group], list[list[str]]]:
    """Groups of a file, and what answers each: JSON lines of question, passages, answers."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    groups = [
        Group(r["question"], tuple(Passage(t, ()) for t in r["passages"]), "watched") for r in rows
    ]
    return groups, [r["answers"] for r in rows]


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
        model.load_state_dict(begin(a.start, model.state_dict()))
    model = model.to(device)
    groups = training_groups(a.data, a.seed, a.scale)
    rows = encode(tokenizer, groups)
    kept_out = development_groups(a.data)
    looks = {
        "squad": (
            kept_out,
            [[p.text[x:y] for p in g.passages for x, y in p.spans] for g in kept_out],
        )
    }
    if a.watch:
        looks[a.watch.stem] = watched(a.watch)
    tokens = sum(len(r["ids"]) for g in rows for r in g if not r["spare"])
    print(f"{len(rows)} groups, {tokens} tokens", describe(groups), flush=True)

    head = [p for n, p in model.named_parameters() if n.startswith("qa_outputs")]
    body = [p for n, p in model.named_parameters() if p.requires_grad and not n.startswith("qa_")]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": a.lr}, {"params": head, "lr": a.lr * 2}],
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

    def look_at_all() -> None:
        model.eval()
        for name, (kept, golds) in looks.items():
            scores = look(model, tokenizer, kept, golds, device, autocast)
            line = {"step": step, "tokens": seen, "of": name, **scores}
            with (a.out / "log.jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            print(line, flush=True)
        model.train()

    begun, seen, total = time.time(), 0, 0.0
    if not (a.out / "log.jsonl").exists():
        look_at_all()
    model.train()
    while step < a.steps:
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["lr"] = peak * rate(step, a)
        batch = pick_hardest(
            model,
            next(stream),
            a.hardest,
            random.Random(step),
            tokenizer.pad_token_id,
            device,
            autocast,
        )
        ids, mask, starts, ends, sizes = collate(batch, tokenizer.pad_token_id, device)
        with autocast():
            out = model(input_ids=ids, attention_mask=mask)
        loss = span_loss(out.start_logits, starts, mask, sizes)
        loss = (loss + span_loss(out.end_logits, ends, mask, sizes)) / 2
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
        if step % (LOOKS // 4) == 0 or step == a.steps:
            torch.save({"model": model.state_dict()}, a.out / f"{step}.pt")  # to average
        if step % LOOKS == 0 or step == a.steps:
            look_at_all()
    model.save_pretrained(a.out / "model")
    tokenizer.save_pretrained(a.out / "model")


if __name__ == "__main__":
    main()
