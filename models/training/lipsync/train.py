"""Trains the network on what make_data.py wrote. Resumable from its checkpoint, seeded by step number."""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

import augment
from model import LipNet
from phones import VISEMES

WEIGHTS = torch.ones(15)
WEIGHTS[[1, 2]] = torch.tensor([1.4, 1.8])  # closures and bites are rare and seen at once


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lookahead", type=int, default=2, help="steps of 20 ms")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    options.out.mkdir(parents=True, exist_ok=True)
    run(options, augment.Corpus(options.data))


def run(options, corpus):
    net, average = LipNet(), LipNet()
    average.load_state_dict(net.state_dict())
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.01)
    path, first = options.out / "checkpoint.pt", 0
    if path.exists():
        saved = torch.load(path)
        net.load_state_dict(saved["net"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        first = saved["step"]
    print(f"{corpus.hours:.1f} h of speech, steps {first} to {options.steps}", flush=True)
    losses, began = [], time.time()
    for step in range(first, options.steps):
        for group in optimiser.param_groups:
            group["lr"] = rate(step, options.steps)
        losses.append(train_step(net, optimiser, augment.batch(corpus, options.batch, step), options.lookahead))
        blend(average, net, min(0.995, step / (step + 50)))
        if (step + 1) % 100 == 0 or step + 1 == options.steps:
            score = evaluate(average, options.data, options.lookahead) if (step + 1) % 500 == 0 else {}
            line = {"step": step + 1, "loss": round(float(np.mean(losses[-100:])), 4), "s": round(time.time() - began), **score}
            print(json.dumps(line), flush=True)
            state = {"net": net.state_dict(), "average": average.state_dict(), "lookahead": options.lookahead}
            torch.save({**state, "optimiser": optimiser.state_dict(), "step": step + 1}, path)
    print(json.dumps(evaluate(average, options.data, options.lookahead)))


def rate(step, total):
    """Warm-up, a plateau, and a linear fall over the last 60 %."""
    return 2.5e-3 * min(1, (step + 1) / 100, max(0.01, (total - step) / (0.6 * total)))


def train_step(net, optimiser, data, delay):
    log_mel, target, level, floor = data
    logits, voice = net(log_mel, level, floor)
    before = torch.zeros_like(target[:, :delay])  # nobody spoke before the sound began
    before[..., 0] = 1
    target = torch.cat([before, target[:, : target.shape[1] - delay]], 1)
    cross = -(F.log_softmax(logits, -1) * target * WEIGHTS).sum(-1).mean()
    speaking = F.max_pool1d(1 - target[..., 0][:, None], 5, 1, 2)[:, 0]
    loss = cross + 0.3 * F.binary_cross_entropy_with_logits(voice, speaking)
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimiser.step()
    return loss.item()


@torch.no_grad()
def blend(average, net, keep):
    for a, b in zip(average.parameters(), net.parameters()):
        a.lerp_(b, 1 - keep)


@torch.no_grad()
def evaluate(net, folder, delay):
    """Voices never trained on: 15-class accuracy on all and on speech steps, recall and precision of PP."""
    scores, net = {}, net.eval()
    for path in sorted(folder.glob("heldout*.npz")):
        data = np.load(path)
        frames = min(len(data["mel"]), 60000) // FRAMES_PER_PIECE * FRAMES_PER_PIECE
        mel = torch.from_numpy(data["mel"][:frames].astype(np.float32)).reshape(-1, FRAMES_PER_PIECE, 40)
        truth = torch.from_numpy(augment.soft_visemes(data["track"][: 2 * frames]).argmax(-1)).reshape(len(mel), -1)
        guess = net(mel)[0].argmax(-1)[:, delay:]
        truth = truth[:, : truth.shape[1] - delay]
        hit, speech = guess == truth, truth != 0
        closed, said = truth == VISEMES.index("PP"), guess == VISEMES.index("PP")
        scores[path.stem[8:]] = [round(x.float().mean().item(), 3) for x in (hit, hit[speech], hit[closed], hit[said])]
    return scores


FRAMES_PER_PIECE = 1200


if __name__ == "__main__":
    main()
