"""Scores a checkpoint on every held-out shard and writes a table: voices nobody trained on, by language."""

import argparse
from pathlib import Path

import numpy as np
import torch

import augment
import weights
from model import LOOKAHEADS, LipNet
from phones import VISEMES

PIECE = 600  # mel frames, 6 s
SIX = np.array([{"sil": 0, "PP": 1, "FF": 2, "aa": 3, "E": 3, "oh": 4, "ou": 4}.get(name, 5) for name in VISEMES])
SUNG = ("heldout-espeak-en", "heldout-espeak-es", "heldout-voice_pc_diphone")
HEAD = "| held-out voice | 15 classes, all | 15 classes, speech | 6 classes, speech | p b m recall | precision |"


@torch.no_grad()
def rows(net, folder, lookahead=2):
    """Yields (shard, acc15, acc15 on speech, acc6 on speech, PP recall, PP precision), by 20 ms steps."""
    net.eval()
    head = LOOKAHEADS.index(lookahead)
    for name, mel, track in held_out(folder):
        truth = augment.soft_visemes(track.reshape(-1)).argmax(-1).reshape(len(mel), -1)
        guess = net(mel)[head][0].argmax(-1).numpy()[:, lookahead:]
        truth = truth[:, : truth.shape[1] - lookahead]
        hit, speech = guess == truth, truth != 0
        closed, said = truth == VISEMES.index("PP"), guess == VISEMES.index("PP")
        six = SIX[guess] == SIX[truth]
        shares = (hit, hit[speech], six[speech], hit[closed], hit[said])
        yield name, *(float(x.mean()) if x.size else float("nan") for x in shares)


def held_out(folder):
    """Yields (name, log mel [n, frames, 40], viseme track [n, 2 frames]): every held-out shard, and some of them sung."""
    for path in sorted(folder.glob("heldout*.npz")):
        data = np.load(path)
        mel, track = data["mel"].astype(np.float32), data["track"]
        count = len(mel) // PIECE
        if count == 0:
            continue
        cut = count * PIECE
        yield path.stem[8:], torch.from_numpy(mel[:cut]).reshape(count, PIECE, 40), track[: 2 * cut].reshape(count, -1)
        if path.stem in SUNG:
            yield f"{path.stem[8:]}, sung", *sung(mel, track)


def sung(mel, track):
    rng = np.random.default_rng(5)
    pieces, start = [], 0
    while (stop := start + augment.sung_frames(rng)) <= len(mel):
        pieces.append(augment.sung((10 ** mel[start:stop], track[2 * start : 2 * stop], np.zeros(stop - start, np.uint8)), rng))
        start = stop
    log_mel = np.stack([np.log10(power + augment.FLOOR) for power, *_ in pieces]).astype(np.float32)
    return torch.from_numpy(log_mel), np.stack([said for _, said, _ in pieces])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, required=True, help="checkpoint.pt or lipsync.onnx")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="the report, Markdown")
    options = parser.parse_args()
    net = LipNet()
    weights.load(net, options.checkpoint)
    lines = [HEAD, "|---|---|---|---|---|---|"]
    lines += ["| " + " | ".join([name, *(f"{x:.2f}" for x in scores)]) + " |" for name, *scores in rows(net, options.data)]
    options.out.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
