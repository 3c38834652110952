"""Trains the network on what make_data.py wrote. Resumable from its checkpoint, seeded by step number.

`--init` starts from a finished model (lipsync.onnx or a checkpoint) instead of random weights: that is how
the model learns a user's own recordings in an hour.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F
from torch.utils.data import DataLoader, IterableDataset

import augment
import evaluate
import weights
from model import LOOKAHEADS, LipNet

CLASS_WEIGHTS = torch.ones(15)
CLASS_WEIGHTS[[1, 2]] = torch.tensor([1.6, 1.8])  # closures and bites are rare and seen at once
HEAD_WEIGHTS = [0.25, 1.0, 0.25]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--init", type=Path, help="lipsync.onnx or checkpoint.pt to start from")
    parser.add_argument("--steps", type=int, default=12000)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--rate", type=float, default=2.5e-3, help="peak learning rate")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    options.out.mkdir(parents=True, exist_ok=True)
    run(options)


class Batches(IterableDataset):
    """Batches of the steps `first` to `last`, made in another process while the last one is learned from."""

    def __init__(self, options, first):
        self.options, self.first = options, first
        self.corpus = augment.Corpus(options.data)

    def __iter__(self):
        for step in range(self.first, self.options.steps):
            yield augment.batch(self.corpus, self.options.batch, step)


def run(options):
    net, average = LipNet(), LipNet()
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.01)
    path, first = options.out / "checkpoint.pt", 0
    if path.exists():
        saved = torch.load(path)
        net.load_state_dict(saved["net"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        first = saved["step"]
    else:
        if options.init:
            weights.load(net, options.init)
        average.load_state_dict(net.state_dict())
    data = Batches(options, first)
    print(f"{data.corpus.hours:.1f} h, minutes {data.corpus.minutes}, steps {first} to {options.steps}", flush=True)
    losses, began, step = [], time.time(), first
    for batch in DataLoader(data, batch_size=None, num_workers=1, prefetch_factor=4):
        for group in optimiser.param_groups:
            group["lr"] = rate(step, options.steps, options.rate)
        losses.append(train_step(net, optimiser, batch))
        blend(average, net, min(0.997, step / (step + 50)))
        step += 1
        if step % 100 == 0 or step == options.steps:
            score = scores(average, options.data) if step % 500 == 0 or step == options.steps else {}
            loss = round(float(np.mean(losses[-100:])), 4)
            print(json.dumps({"step": step, "loss": loss, "s": round(time.time() - began), **score}), flush=True)
            state = {"net": net.state_dict(), "average": average.state_dict(), "step": step}
            temporary = path.with_suffix(".part")
            torch.save({**state, "optimiser": optimiser.state_dict()}, temporary)
            temporary.rename(path)


def rate(step, total, peak):
    """A short warm-up, then a cosine down to a fiftieth."""
    return float(peak * min(1, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * step / total))))


def train_step(net, optimiser, batch):
    log_mel, target, posture, level, floor = batch
    loss = 0
    for weight, delay, said in zip(HEAD_WEIGHTS, LOOKAHEADS, net(log_mel, level, floor)):
        loss = loss + weight * head_loss(said, later(target, delay, silent=True), later(posture, delay, silent=False))
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimiser.step()
    return loss.item()


def later(track, steps, silent):
    """Shifted by the look-ahead; nobody spoke before the sound began."""
    before = torch.zeros_like(track[:, :steps])
    if silent:
        before[..., 0] = 1
    return torch.cat([before, track[:, : track.shape[1] - steps]], 1)


def head_loss(said, target, posture):
    logits, voice, articulators = said
    cross = -(F.log_softmax(logits, -1) * target * CLASS_WEIGHTS).sum(-1).mean()
    speaking = F.max_pool1d(1 - target[..., 0][:, None], 5, 1, 2)[:, 0]
    known = ~torch.isnan(posture)
    wanted = torch.where(known, posture, 0)
    moved = (torch.sigmoid(articulators) - wanted) ** 2 * known
    return cross + 0.3 * F.binary_cross_entropy_with_logits(voice, speaking) + 1.5 * moved.sum(-1).mean() / 7


@torch.no_grad()
def blend(average, net, keep):
    for a, b in zip(average.parameters(), net.parameters()):
        a.lerp_(b, 1 - keep)


def scores(net, folder):
    """The product look-ahead on voices never trained on, rounded for the log."""
    return {name: [round(x, 3) for x in row] for name, *row in evaluate.rows(net, folder)}


if __name__ == "__main__":
    main()
