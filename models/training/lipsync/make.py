"""The one command: speaks the corpus, trains, exports models/lipsync. Run again, it resumes.

    python make.py --work /tmp/lipsync
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODEL = HERE.parents[1] / "lipsync"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="corpus and checkpoints, about 1 GB")
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", type=Path, default=MODEL)
    options = parser.parse_args()
    data, run = options.work / "data", options.work / "run"
    parts = range(options.processes)
    together([["make_data.py", "--out", data, "--part", f"{i}/{options.processes}"] for i in parts])
    threads = ["--threads", options.processes]
    together([["train.py", "--data", data, "--out", run, "--steps", options.steps, *threads]])
    together([["export.py", "--checkpoint", run / "checkpoint.pt", "--out", options.out]])


def together(commands):
    running = [subprocess.Popen([sys.executable, *map(str, c)], cwd=HERE) for c in commands]
    codes = [process.wait() for process in running]
    if any(codes):
        sys.exit(f"{commands[0][0]} failed")


if __name__ == "__main__":
    main()
