"""Train the reader: `python training/train.py --groups FILE --out DIR --start reader.onnx.gz`.

A sentence encoder learns to mark where passages answer a question, or that none does.  The first
token of a passage is its null (Devlin et al. 2019, section 4.3); what is learnt are margins over
it, normalised over all passages that were retrieved for a question together with one null of
margin 0, "nowhere here" (shared norm: Clark and Gardner 2018, arXiv:1710.10723).  So margins
compare across passages, which is all that the product does with them.  Needs what the extra
`training` installs and nothing of the package, on a GPU or on a CPU; resumable at its last
checkpoint.

The learning rate warms up, stays, and falls to zero over the last `--decay` of all steps
(warm-up–stable–decay, Hu et al. 2024, arXiv:2404.06395).  Beside the weights an average of them is
kept, whose older parts fade (`--fade`): it is the better reader while the rate is high.

A short course forgets.  With `--teacher` only what is new is learnt from its answers (`NEW`); of
all other sets what the teacher makes of them (rehearsal with distillation: Rebuffi et al. 2017,
arXiv:1611.07725).  The printed loss then holds the teacher's entropy.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from four_bits import rounded
from rows import BEGIN, END, MULTIPLE, PAD, Rows, join
from safetensors.torch import load_file
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer
from torch.utils.data import DataLoader
from transformers import AutoModelForQuestionAnswering, MPNetConfig
from unpack import unpack

OWN = 1.0  # weight of each passage's own loss beside that of the group
NEW = ("written", "turns", "disflqa-train21")  # learnt from their answers beside a teacher
MEASURED = 40  # steps after which the speed is known
ANSWER_TOKENS = 30  # of an answer at most, as in assistant/reading/read.py
READER = Path(__file__).parent.parent / "assistant" / "models" / "reader"
SHAPE = {"vocab_size": 30527, "max_position_embeddings": 514, "layer_norm_eps": 1e-5}


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--groups", type=Path, nargs="+", required=True, help="epochs, of prepare.py")
    p.add_argument("--out", type=Path, required=True, help="checkpoints and log")
    p.add_argument("--start", type=Path, help="go on from this reader.onnx.gz or .safetensors")
    p.add_argument("--teacher", type=Path, help="keep what this reader makes of the sets not `NEW`")
    p.add_argument("--encoder", type=Path, help="folder of the sentence encoder, to begin anew")
    p.add_argument("--watch", type=Path, nargs="*", default=[], help="kept out, to look at")
    p.add_argument("--layers", type=int, default=12, help="encoder layers kept, from the bottom")
    p.add_argument("--frozen", type=int, default=0, help="lowest layers not trained")
    p.add_argument("--steps", type=int, default=1500)
    p.add_argument("--minutes", type=float, help="as many steps as take this long")
    p.add_argument("--decay", type=float, default=0.4, help="share of the steps")
    p.add_argument("--warmup", type=int, default=60)
    p.add_argument("--batch", type=int, default=24, help="passages in a step")
    p.add_argument("--lr", type=float, default=3e-5)
    p.add_argument("--dropout", type=float, default=0.0)
    p.add_argument("--fade", type=float, default=0.999, help="of the average, a step")
    p.add_argument("--save", type=int, default=200, help="steps between checkpoints")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--workers", type=int, default=1)
    a = p.parse_args()
    if not (a.start or a.encoder):
        p.error("--start or --encoder: what should it go on from?")
    if not (0 < a.decay <= 1 and a.warmup > 0):
        p.error("--decay is a share of the steps, above 0 and at most 1; --warmup 1 step or more")
    return a


def build(
    layers: int, frozen: int = 0, dropout: float = 0.0, encoder: Path | None = None
) -> torch.nn.Module:
    """The encoder's lowest `layers` with a fresh span head, or a model of the same shape;
    embeddings and `frozen` layers stand still.

    The embedding table is rounded to four bits before the first step: the layers above learn on
    the rounded values, so shipping them costs nothing.
    """
    options: dict[str, Any] = {
        "num_hidden_layers": layers,
        "hidden_dropout_prob": dropout,
        "attention_probs_dropout_prob": dropout,
    }
    if encoder:
        model = AutoModelForQuestionAnswering.from_pretrained(
            encoder, attn_implementation="eager", local_files_only=True, **options
        )
    else:
        model = AutoModelForQuestionAnswering.from_config(
            MPNetConfig(**SHAPE, **options), attn_implementation="eager"
        )
    base = model.base_model
    for part in [base.embeddings, *base.encoder.layer[:frozen]]:
        part.requires_grad_(False)
    table = base.embeddings.word_embeddings.weight
    table.data.copy_(rounded(table.data))
    return model


def begin(start: Path, state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """`state` with the weights of an earlier reader: a shipped one, or a file of tensors."""
    if start.suffix == ".safetensors":
        return {**state, **{k: v.float() for k, v in load_file(start).items()}}
    return unpack(start, state)


def batches(rows: Rows, size: int, seed: int) -> Iterator[list[int]]:
    """Endless batches of about `size` passages, whole groups, file after file; each is cut from a
    pool sorted by length, so that padding is little."""
    bounds = rows.bounds
    epoch = 0
    while True:
        rng = random.Random(seed * 1000 + epoch)
        file = epoch % (len(bounds) - 1)
        part = range(bounds[file], bounds[file + 1])
        order = rng.sample(part, len(part))
        for first in range(0, len(order), size * 20):
            pool = sorted(order[first : first + size * 20], key=lambda g: rows.widest[g])
            cut: list[list[int]] = [[]]
            held = 0
            for group in pool:
                if cut[-1] and held + rows.count[group] > size:
                    cut.append([])
                    held = 0
                cut[-1].append(group)
                held += rows.count[group]
            rng.shuffle(cut)
            yield from cut
        epoch += 1


class Collated(torch.utils.data.IterableDataset):
    """The batches from the n-th on, as tensors; each worker makes its share of them."""

    def __init__(self, rows: Rows, size: int, seed: int, first: int) -> None:
        self.rows, self.size, self.seed, self.first = rows, size, seed, first

    def __iter__(self) -> Iterator[list[torch.Tensor]]:
        worker = torch.utils.data.get_worker_info()
        mine, of = (worker.id, worker.num_workers) if worker else (0, 1)
        for i, batch in enumerate(batches(self.rows, self.size, self.seed)):
            if i >= self.first and (i - self.first) % of == mine:
                old = ~np.isin(self.rows.source[batch], NEW)
                yield [torch.from_numpy(x) for x in (*self.rows.collate(batch), old)]


def span_loss(
    logits: torch.Tensor,
    gold: torch.Tensor,
    mask: torch.Tensor,
    member: torch.Tensor,
    kept: torch.Tensor,
    teacher: torch.Tensor | None,
) -> torch.Tensor:
    """Of one end of the span: -log of the share of the gold tokens, or of the null, over all
    passages of the group, plus `OWN` times the same over each passage alone; the mean.  Of the
    groups `kept` the teacher's shares of all tokens and the null are what is gold.

    logits, gold, mask, teacher (its logits): (passages, tokens); member: (groups, most passages),
    -1 for none; kept: (groups).  The null of each passage is its token 0, and margins over it
    are what is normalised.
    """
    low = -1e9

    def margins(logits: torch.Tensor) -> torch.Tensor:
        logits = logits.float()
        return (logits - logits[:, :1])[:, 1:].masked_fill(~mask[:, 1:], low)

    def of_groups(values: torch.Tensor) -> torch.Tensor:
        """(groups, most passages * tokens)"""
        return values[member].masked_fill((member < 0).unsqueeze(-1), low).flatten(1)

    def missed(values: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """Of each row of margins; right: the same, but for `low` where no answer is."""
        told = torch.logsumexp(right, 1)
        whole = torch.logaddexp(torch.logsumexp(values, 1), torch.zeros_like(told))
        return whole - torch.where(told > low / 2, told, 0.0)

    def unlike(values: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        """Cross entropy with the teacher's shares, the null's among them; of each row."""
        values, teacher = (torch.nn.functional.pad(x, (1, 0)) for x in (values, teacher))
        return -(teacher.softmax(1) * values.log_softmax(1)).sum(1)

    values = margins(logits)
    right = values.masked_fill(~gold[:, 1:], low)
    of_group, of_passage = missed(of_groups(values), of_groups(right)), missed(values, right)
    if teacher is not None:
        its = margins(teacher)
        kept_passages = torch.zeros(len(logits), dtype=torch.bool, device=logits.device)
        kept_passages[member[kept][member[kept] >= 0]] = True
        of_group = torch.where(kept, unlike(of_groups(values), of_groups(its)), of_group)
        of_passage = torch.where(kept_passages, unlike(values, its), of_passage)
    return of_group.mean() + OWN * of_passage.mean()


def has_bfloat16() -> bool:
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def rate(step: int, steps: int, warmup: int, decay: float) -> float:
    """The share of the learning rate at a step."""
    return min(1.0, (step + 1) / warmup, max(0.0, (steps - step) / (decay * steps)))


def overlap(found: Sequence[int], answer: Sequence[int]) -> float:
    """F1 of word pieces."""
    common = sum((Counter(found) & Counter(answer)).values())
    return 2 * common / (len(found) + len(answer))


def auc(positive: Sequence[bool] | np.ndarray, values: Sequence[float]) -> float:
    several = 0 < sum(positive) < len(positive)
    return round(float(roc_auc_score(positive, values)), 3) if several else float("nan")


@torch.no_grad()
def look(model, tokenizer: Tokenizer, path: Path, device, autocast) -> dict[str, float]:
    """Over questions kept out of training, JSON lines of question, passages, answers: how often
    the best candidate of all passages is right where there is an answer, and how well its margin
    tells that there is one."""

    def pieces(text: str) -> np.ndarray:
        return np.array(tokenizer.encode(text, add_special_tokens=False).ids)

    margins, right, answerable = [], [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        joined = [join(pieces(row["question"]), pieces(text)) for text in row["passages"]]
        if not joined:
            continue
        first = joined[0][1]
        width = -(-max(len(tokens) for tokens, _ in joined) // MULTIPLE) * MULTIPLE
        ids = torch.full((len(joined), width), PAD)
        for i, (tokens, _) in enumerate(joined):
            ids[i, : len(tokens)] = torch.from_numpy(tokens)
        ids = ids.to(device)
        with autocast():
            out = model(input_ids=ids, attention_mask=(ids != PAD).long())
        s, e = out.start_logits.float(), out.end_logits.float()
        pair = (s - s[:, :1])[:, first:, None] + (e - e[:, :1])[:, None, first:]
        inside = ((ids != PAD) & (ids != END) & (ids != BEGIN))[:, first:]
        n = pair.shape[1]
        band = torch.ones(n, n, dtype=torch.bool, device=device).triu().tril(ANSWER_TOKENS - 1)
        pair = pair.masked_fill(~(band & inside[:, None, :] & inside[:, :, None]), -1e9)
        best, where = pair.flatten().max(0)
        i, rest = divmod(int(where), n * n)
        found = ids[i, first + rest // n : first + rest % n + 1].tolist()
        margins.append(float(best))
        answerable.append(bool(row["answers"]))
        right.append(any(overlap(found, pieces(x).tolist()) >= 0.5 for x in row["answers"]))
    could = np.array(answerable)
    return {
        "right_if_never_silent": round(float(np.mean(np.array(right)[could])), 3),
        "auc_answerable": auc(could, margins),
        "auc_right": auc(right, margins),
        "spoken_at_zero": round(float((np.array(margins)[could] > 0).mean()), 3),
        "silent_at_zero": round(float((np.array(margins)[~could] < 0).mean()), 3),
    }


def main() -> None:
    a = arguments()
    torch.manual_seed(a.seed)
    a.out.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    # where the processor has no bfloat16, its emulation is a hundred times slower than float32
    autocast = partial(
        torch.autocast, device.type, torch.bfloat16, enabled=device.type == "cuda" or has_bfloat16()
    )
    tokenizer = Tokenizer.from_file(str(READER / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    model = build(a.layers, a.frozen, a.dropout, a.encoder)
    if a.start:
        model.load_state_dict(begin(a.start, model.state_dict()))
    before = {k: v.clone() for k, v in model.state_dict().items()}
    model = model.to(device)
    teacher = None
    if a.teacher:
        teacher = build(a.layers, a.layers)
        teacher.load_state_dict(begin(a.teacher, teacher.state_dict()))
        teacher = teacher.to(device).eval()
    rows = Rows(a.groups)
    print(len(rows), "groups,", len(rows.passage), "passages,", rows.width.sum(), "tokens")
    print(Counter(rows.source.tolist()), flush=True)
    if teacher and not np.isin(rows.source, NEW).any():
        raise SystemExit(
            f"None of {', '.join(NEW)} is in --groups: a teacher alone teaches nothing."
        )

    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}
    head = [p for n, p in trained.items() if n.startswith("qa_outputs")]
    body = [p for n, p in trained.items() if not n.startswith("qa_outputs")]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": a.lr}, {"params": head, "lr": a.lr * 2}],
        weight_decay=0.01,
        fused=True,
    )
    peaks = [g["lr"] for g in optimizer.param_groups]
    average = [p.detach().clone() for p in trained.values()]
    checkpoint, step, steps = a.out / "checkpoint.pt", 0, a.steps
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        average = [state["average"][n] for n in trained]
        step, steps = state["step"], state["steps"]
        print(f"going on at step {step} of {steps}")

    def averaged() -> dict[str, torch.Tensor]:
        return {**model.state_dict(), **dict(zip(trained, average, strict=True))}

    def look_at(name: str) -> None:
        model.eval()
        for path in a.watch:
            scores = look(model, tokenizer, path, device, autocast)
            line = {"step": step, "reader": name, "of": path.stem, **scores}
            with (a.out / "log.jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            print(line, flush=True)
        model.train()

    look_at("resumed" if step else "start")
    loader = iter(
        DataLoader(
            Collated(rows, a.batch, a.seed, step),
            batch_size=None,
            num_workers=a.workers,
            pin_memory=device.type == "cuda",
            prefetch_factor=16 if a.workers else None,
        )
    )
    begun, seen, told = time.time(), 0, step
    total = torch.zeros((), device=device)
    while step < steps:
        ids, starts, ends, member, old = (x.to(device, non_blocking=True) for x in next(loader))
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["lr"] = peak * rate(step, steps, a.warmup, a.decay)
        mask = ids != PAD
        with autocast():
            out = model(input_ids=ids, attention_mask=mask.long())
            passages = member[old][member[old] >= 0]
            if teacher and len(passages):
                with torch.no_grad():
                    its = teacher(input_ids=ids[passages], attention_mask=mask[passages].long())
        loss = torch.zeros((), device=device)
        for end, gold in (("start_logits", starts), ("end_logits", ends)):
            theirs = None
            if teacher and len(passages):
                theirs = out[end].detach().index_copy(0, passages, its[end])
            loss = loss + span_loss(out[end], gold, mask, member, old, theirs) / 2
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(trained.values()), 1.0)
        optimizer.step()
        fade = min(a.fade, (step + 1) / (step + 10))
        torch._foreach_lerp_(average, [p.detach() for p in trained.values()], 1 - fade)
        step += 1
        seen += ids.numel()
        total += loss.detach()
        if a.minutes and step == MEASURED:  # the first steps are slow: not counted
            total.item()
            measured = time.time()
        if a.minutes and step == 3 * MEASURED:
            total.item()
            each = (time.time() - measured) / (2 * MEASURED)
            steps = step + max(1, int((a.minutes * 60 - (time.time() - begun)) / each))
            print(f"{each * 1000:.0f} ms a step: {steps} steps", flush=True)
        if step % 100 == 0 or step == steps:
            mean = total.item() / (step - told) if step > told else 0.0
            speed = seen / (time.time() - begun)
            print(f"step {step} loss {mean:.3f} {speed:.0f} tokens/s", flush=True)
            total.zero_()
            told = step
        if step % a.save == 0 or step == steps:
            state = {
                "model": model.state_dict(),
                "average": averaged(),
                "optimizer": optimizer.state_dict(),
                "step": step,
                "steps": steps,
            }
            torch.save(state, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)
    look_at("end")
    last = {k: v.clone() for k, v in model.state_dict().items()}
    torch.save({"model": last}, a.out / "end.pt")
    torch.save({"model": averaged()}, a.out / "average.pt")
    model.load_state_dict(averaged())
    look_at("average")
    mean = {k: (v + before[k].to(v.device)) / 2 for k, v in averaged().items()}
    torch.save({"model": mean}, a.out / "mean.pt")
    model.load_state_dict(mean)
    look_at("mean of start and average")


if __name__ == "__main__":
    main()
