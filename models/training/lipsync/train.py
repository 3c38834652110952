"""Trains the network on what make_data.py wrote. Resumable from its checkpoint, seeded by step number.

Every process learns from its own batches with one thread, and all step by the mean of their gradients.

`--init` starts from a finished model (lipsync.onnx or a checkpoint) instead of random weights: that is how
the model learns a user's own recordings in an hour.
"""

import argparse
import json
import socket
import time
from pathlib import Path

import numpy as np
import torch
from torch import distributed, multiprocessing
from torch.nn import functional as F

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
    parser.add_argument("--minutes", type=float, default=float("inf"), help="end after as long, if that is sooner")
    parser.add_argument("--batch", type=int, default=48, help="pieces a step, of all processes")
    parser.add_argument("--rate", type=float, default=2.5e-3, help="peak learning rate")
    parser.add_argument("--trunk", type=float, default=1.0, help="the trunk's rate, as a share of the heads'")
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    multiprocessing.spawn(run, (options, port), options.processes)


def run(rank, options, port):
    torch.set_num_threads(1)
    address, world = f"tcp://127.0.0.1:{port}", options.processes
    distributed.init_process_group("gloo", init_method=address, rank=rank, world_size=world)
    corpus, learner = augment.Corpus(options.data), Learner(options)
    torch.manual_seed(rank + world * learner.step)  # dropout
    if rank == 0:
        print(f"{corpus.hours:.1f} h, minutes {corpus.minutes}, from step {learner.step}", flush=True)
    losses, began, told = [], time.time() - 60 * learner.minutes, learner.minutes
    while (done := learner.progress()) < 1:
        batch = augment.batch(corpus, options.batch // world, learner.step * world + rank)
        losses.append(learner.learn(batch, done, world))
        learner.minutes = together((time.time() - began) / 60)
        if rank == 0 and (learner.progress() >= 1 or learner.minutes - told > 1 / 3):
            told, loss = learner.minutes, round(float(np.mean(losses[-100:])), 4)
            print(json.dumps({"step": learner.step, "loss": loss, "minutes": round(told, 2)}), flush=True)
            learner.save()
    if rank == 0:
        print(json.dumps(scores(learner.average, options.data)), flush=True)


class Learner:
    """Network, moving average and optimiser, from the checkpoint where there is one."""

    def __init__(self, options):
        torch.manual_seed(1)
        self.options, self.path = options, options.out / "checkpoint.pt"
        self.net, self.average, self.step, self.minutes = LipNet(), LipNet(), 0, 0.0
        trunk = [p for name, p in self.net.named_parameters() if not name.startswith("heads")]
        heads = {"params": list(self.net.heads.parameters()), "share": 1}
        self.optimiser = torch.optim.AdamW([{"params": trunk, "share": options.trunk}, heads], weight_decay=0.01)
        if self.path.exists():
            saved = torch.load(self.path)
            self.net.load_state_dict(saved["net"])
            self.average.load_state_dict(saved["average"])
            self.optimiser.load_state_dict(saved["optimiser"])
            self.step, self.minutes = saved["step"], saved["minutes"]
            return
        if options.init:
            weights.load(self.net, options.init)
        self.average.load_state_dict(self.net.state_dict())

    def progress(self):
        return max(self.step / self.options.steps, self.minutes / self.options.minutes)

    def learn(self, batch, done, world):
        for group in self.optimiser.param_groups:
            group["lr"] = rate(self.step, done, self.options.rate) * group["share"]
        loss = train_step(self.net, self.optimiser, batch, world)
        self.step += 1
        blend(self.average, self.net, min(0.997, self.step / (self.step + 50)))
        return loss

    def save(self):
        states = {name: getattr(self, name).state_dict() for name in ("net", "average", "optimiser")}
        temporary = self.path.with_suffix(".part")
        torch.save({**states, "step": self.step, "minutes": self.minutes}, temporary)
        temporary.rename(self.path)


def together(value):
    """The mean over all processes, so that all end at the same step."""
    shared = torch.tensor([value])
    distributed.all_reduce(shared)
    return shared.item() / distributed.get_world_size()


def rate(step, done, peak):
    """A short warm-up, then a cosine down to a hundredth by the share that is done."""
    return float(peak * min(1, (step + 1) / 100) * (0.01 + 0.99 * 0.5 * (1 + np.cos(np.pi * min(done, 1)))))


def train_step(net, optimiser, batch, world):
    log_mel, target, posture, level, floor = batch
    loss = 0
    for weight, delay, said in zip(HEAD_WEIGHTS, LOOKAHEADS, net(log_mel, level, floor)):
        loss = loss + weight * head_loss(said, later(target, delay, silent=True), later(posture, delay, silent=False))
    optimiser.zero_grad()
    loss.backward()
    flat = torch.cat([p.grad.flatten() for p in net.parameters()])
    distributed.all_reduce(flat)
    for p, mean in zip(net.parameters(), (flat / world).split([p.numel() for p in net.parameters()])):
        p.grad.copy_(mean.view_as(p))
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
    voice_now = 1 - target[..., 0]
    # A gate opens 20 ms early, for a mouth that is on its way, and shuts where the voice ends.
    speaking = torch.maximum(voice_now, torch.cat([voice_now[:, 1:], voice_now[:, -1:]], 1))
    known = ~torch.isnan(posture)
    wanted = torch.where(known, posture, 0)
    moved = (torch.sigmoid(articulators) - wanted) ** 2 * known
    return cross + 0.5 * F.binary_cross_entropy_with_logits(voice, speaking) + 1.5 * moved.sum(-1).mean() / 7


@torch.no_grad()
def blend(average, net, keep):
    for a, b in zip(average.parameters(), net.parameters()):
        a.lerp_(b, 1 - keep)


def scores(net, folder):
    """The product look-ahead on voices never trained on, rounded for the log."""
    return {name: [round(x, 3) for x in row] for name, *row in evaluate.rows(net, folder)}


if __name__ == "__main__":
    main()
