"""The one command: fetches voices, makes the corpus, trains, scores, exports models/lipsync, writes the report.

    python make.py --work /tmp/lipsync                       every synthesized voice, from random weights
    python make.py --work /tmp/mine --own FOLDER             fine-tunes the embedded model on your recordings
    python make.py --work /tmp/quick --quick --out /tmp/out  every stage in a minute, for a try

Run again, it resumes: finished packages, shards and training steps stay. Seeded throughout; the same
versions of the synthesizers give the same corpus.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import fetch

HERE = Path(__file__).resolve().parent
MODEL = HERE.parents[1] / "lipsync"
QUICK_SHARDS = r"^(espeak-(en-us|de)-0|heldout-espeak-en|noise-0|noise-breath-0)$"
# Beside a user's own recordings, enough of the rest that the model does not forget it.
TUNE_SHARDS = r"^(noise|heldout|neural-(hibari|joe)-0|espeak-.*-0)"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="packages, corpus and checkpoints, about 3 GB")
    parser.add_argument("--own", type=Path, help="recordings with .TextGrid, .lab, .json or .txt, see human.own")
    parser.add_argument("--init", type=Path, help="start from this lipsync.onnx; --own starts from the embedded one")
    parser.add_argument("--people", action="store_true", help="recordings of people too, share-alike and GPL: README")
    parser.add_argument("--steps", type=int, help="default 12000, with --own 1500")
    parser.add_argument("--minutes", type=float, help="train no longer than that, the rate falling in time")
    parser.add_argument("--trunk", type=float, default=1.0, help="the trunk's rate as a share of the heads'")
    parser.add_argument("--rate", type=float, help="peak learning rate; default 2.5e-3, with --own or --init 5e-4")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", type=Path, help="default models/lipsync; with --own the work folder's `model`")
    parser.add_argument("--quick", action="store_true", help="a tiny corpus of espeak-ng alone and 20 steps")
    run(parser.parse_args())


def run(options):
    data, checkpoint = options.work / "data", options.work / "run" / "checkpoint.pt"
    packages = options.work / "packages"
    if not options.quick:
        fetch.fetch(packages, options.people)
    make_data(options, data, packages)
    init = options.init or (MODEL / "lipsync.onnx" if options.own else None)
    steps = options.steps or (20 if options.quick else 1500 if options.own else 12000)
    rate = options.rate or (5e-4 if init else 2.5e-3)
    train = ["train.py", "--data", data, "--out", checkpoint.parent, "--steps", steps, "--rate", rate]
    train += ["--processes", options.processes, "--batch", 4 if options.quick else 48, "--trunk", options.trunk]
    train += ["--init", init] if init else []
    train += ["--minutes", options.minutes] if options.minutes else []
    together([train])
    out = options.out or (options.work / "model" if options.own or options.quick else MODEL)
    together([["export.py", "--checkpoint", checkpoint, "--out", out]])
    together([["evaluate.py", "--checkpoint", out / "lipsync.onnx", "--data", data, "--out", options.work / "report.md"]])


def make_data(options, data, packages):
    common = ["make_data.py", "--out", data, "--packages", packages]
    if options.quick:
        common += ["--only", QUICK_SHARDS, "--most", 3]
    elif options.own:
        common += ["--only", TUNE_SHARDS]
    if options.own:
        common += ["--own", options.own.resolve()]
    if options.people:
        common += ["--people"]
    together([common + ["--part", f"{i}/{options.processes}"] for i in range(options.processes)])


def together(commands):
    running = [subprocess.Popen([sys.executable, *map(str, c)], cwd=HERE) for c in commands]
    codes = [process.wait() for process in running]
    if any(codes):
        sys.exit(f"{commands[0][0]} failed")


if __name__ == "__main__":
    main()
