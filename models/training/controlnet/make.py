"""The one command: renders poses, trains, exports the pack and measures it on poses it never saw.

    python make.py --work /tmp/nora                            the embedded avatar, two hours of one core
    python make.py --work /tmp/me --video me.mp4 --out DATA/avatars/me   a person from a video of 1 to 5 minutes
    python make.py --work /tmp/quick --quick --out /tmp/quick/tiny       every step in half a minute, for a try

Run again, it resumes: pictures and training steps that are done stay. Seeded throughout.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PACK = ROOT / "models" / "avatars" / "nora"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="pictures and checkpoints, about 4 GB")
    parser.add_argument("--rig", type=Path, default=HERE / "nora.json", help="the rig to learn from: its base and its colours")
    parser.add_argument("--video", type=Path, help="learn from a video of one person instead")
    parser.add_argument("--mediapipe", type=Path, help="with --video: folder of MediaPipe's models as ONNX, see README.md")
    parser.add_argument("--about", type=Path, help="title, description, licence and author of the pack, JSON")
    parser.add_argument("--minutes", type=float, default=120, help="processor time of the training")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, help="the pack's folder; its name becomes the avatar's; default models/avatars/nora")
    parser.add_argument("--quick", action="store_true", help="few pictures and steps")
    run(parser.parse_args())


def run(options):
    work = options.work
    if options.video and not (options.mediapipe and options.out):
        sys.exit("--video needs --mediapipe FOLDER and --out FOLDER")
    prepare(options)
    # Here, since PyTorch takes seconds to load and the pictures may already be wrong.
    from evaluate import evaluate
    from export import export
    from train import train

    minutes = 0.05 if options.quick else options.minutes
    train(SimpleNamespace(data=work / "train", out=work / "run", minutes=minutes, threads=options.threads, only=None, init=None))
    checkpoint, report = work / "run" / "checkpoint.pt", work / "report"
    done = report / "report.json"
    if done.exists() and done.stat().st_mtime > checkpoint.stat().st_mtime:
        return print(f"nothing to do: {done} is newer than the last step of training")
    about = options.about or (work / "about.json" if options.video else HERE / "nora-about.json")
    export(checkpoint, work / "train", json.loads(about.read_text()), options.out or PACK)
    sequence = work / "sequence" if (work / "sequence").exists() else None
    evaluate(checkpoint, work / "held", sequence, report)


def prepare(options):
    if options.video:
        return once(options.work / "train", lambda: watch(options))
    few = options.quick
    jobs = {
        "train": ["--seed", 1, "--frames", 12 if few else 6000, "--faces", 12 if few else 8000, "--heads", 8 if few else 1500, "--bodies", 8 if few else 600],
        "held": ["--seed", 77, "--held", "--frames", 4 if few else 200],
        "sequence": ["--seed", 78, "--held", "--steps", "--frames", 4 if few else 120],
    }
    for name, job in jobs.items():
        once(options.work / name, lambda job=job, name=name: node("render-poses.ts", "--rig", options.rig.resolve(), "--out", options.work / name, *job))


def watch(options):
    """Pictures of a person instead of a rig's, and what the pack says of itself unless --about tells."""
    most = 30 if options.quick else 3000
    folders = ["--video", options.video.resolve(), "--mediapipe", options.mediapipe.resolve(), "--out", options.work]
    node("watch-video.ts", *folders, "--most", most)
    name = options.out.name.capitalize()
    about = {"title": {"en": name, "zh": name}, "description": {"en": "Made from a video.", "zh": "由视频制作。"}}
    told = {**about, "licence": "All rights reserved", "author": "Whoever made the video"}
    (options.work / "about.json").write_text(json.dumps(told, ensure_ascii=False))


def once(folder, make):
    """Pictures are whole when their meta.json is there, which is written last."""
    if not (folder / "meta.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        make()


def node(script, *arguments):
    found = ROOT / "node_modules" / ".bin" / "node"
    command = [str(found) if found.exists() else "node", str(HERE / script), *map(str, arguments)]
    if subprocess.run(command, env=os.environ).returncode != 0:
        sys.exit(f"{script} failed")


if __name__ == "__main__":
    main()
