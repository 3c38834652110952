"""Turns a Stable Diffusion checkpoint with an OpenPose ControlNet into an avatar pack of Posecast.

    python export_pack.py --checkpoint sd-turbo --controlnet controlnet-openpose-sd21 --vae taesd \
        --out ../avatars/vivid --title Vivid --licence "Stability AI Community" --half
    python export_pack.py --tiny --out /tmp/twin        a random-weight twin, a few hundred kilobytes
    python export_pack.py --random-full --half --out /tmp/full     SD-turbo's size, to measure speed

The folder of the pack is written whole or not at all. README.md says what each option is for.
"""
import argparse
import shutil
import tempfile
from pathlib import Path

import torch

import checkpoints
import graphs
import pack_files


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--checkpoint", type=Path, help="folder in diffusers' layout")
    source.add_argument("--tiny", action="store_true", help="a random-weight twin, 64x64")
    source.add_argument("--random-full", action="store_true", help="random weights in SD-turbo's size")
    parser.add_argument("--controlnet", type=Path, help="folder of the OpenPose ControlNet")
    parser.add_argument("--vae", type=Path, help="folder of a TAESD or another VAE; the checkpoint's own otherwise")
    parser.add_argument("--out", type=Path, required=True, help="the pack's folder; its name is the avatar's")
    parser.add_argument("--style", choices=graphs.STYLES, default="whole")
    parser.add_argument("--schedule", choices=["euler", "lcm"], default="euler")
    parser.add_argument("--steps", type=int, default=1, help="1 to 4")
    parser.add_argument("--sequential", action="store_true", help="all steps in one frame, instead of one a frame")
    parser.add_argument("--guidance", choices=["none", "self", "initialize", "full"], default="none")
    parser.add_argument("--guidance-scale", type=float, default=1.0)
    parser.add_argument("--size", type=int, help="side in pixels, a multiple of 64 (512; 64 for --tiny)")
    parser.add_argument("--half", action="store_true", help="float16, for GPUs; keeps files under 2 GB")
    parser.add_argument("--batch", action="store_true", help="leave the batch free: sessions share runs on a GPU; not for whole")
    parser.add_argument("--prompt", default="portrait of a friendly host in a studio, upper body, front view")
    parser.add_argument("--title", help="the avatar's name as people read it")
    parser.add_argument("--licence", default="unknown")
    parser.add_argument("--author", default="unknown")
    parser.add_argument("--non-commercial", action="store_true", help="the licence forbids earning money with it")
    parser.add_argument("--vram-mb", type=int, default=0, help="as measured by posecast bench inference")
    parser.add_argument("--seed", type=int, default=1, help="of random weights")
    return parser.parse_args()


def main():
    chosen = options()
    if not 1 <= chosen.steps <= 4:
        raise SystemExit("--steps must be 1 to 4")
    if chosen.checkpoint and not chosen.controlnet:
        raise SystemExit("--checkpoint needs the folder of a --controlnet made for the same Stable Diffusion")
    if chosen.style == "whole" and chosen.guidance != "none":
        raise SystemExit("--style whole has no guidance; use --style merged")
    if chosen.style == "whole" and chosen.batch:
        raise SystemExit("--style whole computes one picture a run; use --style merged with --batch")
    side = chosen.size or (64 if chosen.tiny else 512)
    if side % 64:
        raise SystemExit(f"--size must be a multiple of 64, not {side}")
    torch.manual_seed(chosen.seed)
    if chosen.tiny:
        parts = checkpoints.tiny()
    elif chosen.random_full:
        parts = checkpoints.random_full(chosen.half)
    else:
        parts = checkpoints.load(chosen.checkpoint, chosen.controlnet, chosen.vae)
    checkpoints.require_same_text(parts)
    rows = pack_files.rows_of(chosen)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / chosen.out.name
        folder.mkdir()
        files = graphs.export(parts, folder, graphs.Plan(chosen.style, side, rows, chosen.half, chosen.batch))
        checkpoints.write_tokenizer(parts, folder / "tokenizer.json")
        pack_files.write(folder, files, parts, chosen, side, rows)
        if chosen.out.exists():
            shutil.rmtree(chosen.out)
        shutil.copytree(folder, chosen.out)
    size = sum(file.stat().st_size for file in chosen.out.iterdir())
    print(f"{chosen.out}: {chosen.style}, {side}x{side}, {rows} rows, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
