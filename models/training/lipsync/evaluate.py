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
HEAD = "| held-out voice | 15 classes, all | 15 classes, speech | 6 classes, speech | p b m recall | precision |"


@torch.no_grad()
def rows(net, folder, lookahead=2):
    """Yields (shard, acc15, acc15 on speech, acc6 on speech, PP recall, PP precision), by 20 ms steps."""
    net.eval()
    head = LOOKAHEADS.index(lookahead)
    for path in sorted(folder.glob("heldout*.npz")):
        data = np.load(path)
        frames = len(data["mel"]) // PIECE * PIECE
        if frames == 0:
            continue
        mel = torch.from_numpy(data["mel"][:frames].astype(np.float32)).reshape(-1, PIECE, 40)
        truth = augment.soft_visemes(data["track"][: 2 * frames]).argmax(-1).reshape(len(mel), -1)
        guess = net(mel)[head][0].argmax(-1).numpy()[:, lookahead:]
        truth = truth[:, : truth.shape[1] - lookahead]
        hit, speech = guess == truth, truth != 0
        closed, said = truth == VISEMES.index("PP"), guess == VISEMES.index("PP")
        six = SIX[guess] == SIX[truth]
        shares = (hit, hit[speech], six[speech], hit[closed], hit[said])
        yield path.stem[8:], *(float(x.mean()) if x.size else float("nan") for x in shares)


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
