"""Recorded human speech with its text, from Debian packages and from a folder of the user's own.

Every source yields (path, text, espeak-ng voice, segments or None). Packages are fetched
with apt-get download and unpacked beside the corpus; nothing is installed.
"""

import gzip
import json
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np

import phones

PACKAGES = (
    "asterisk-core-sounds-en asterisk-core-sounds-en-g722 asterisk-core-sounds-es asterisk-core-sounds-es-g722 "
    "asterisk-core-sounds-fr asterisk-core-sounds-fr-g722 asterisk-core-sounds-it asterisk-core-sounds-it-g722 "
    "asterisk-core-sounds-ru asterisk-core-sounds-ru-g722 fillets-ng-data fillets-ng-data-cs "
    "asterisk-moh-opsound-g722"
).split()
ASTERISK = {  # text of the package: (folder of the recordings, espeak-ng voice)
    "en": ("en_US_f_Allison", "en-us"), "es": ("es_MX_f_Allison", "es-419"), "fr": ("fr_CA_f_June", "fr"),
    "it": ("it_IT_m_Carlo", "it"), "ru": ("ru_RU_f_IvrvoiceRU", "ru"),
}  # fmt: skip
FILLETS = {"cs": "cs"}
RATE = 16000
MOST_SECONDS = 20


def fetch(folder):
    """Unpacks the packages under `folder`; what is there already stays. Returns where /usr/share lies."""
    share = folder / "root" / "usr" / "share"
    done = folder / "fetched.txt"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "-qq", *PACKAGES], cwd=folder, check=True)
        for package in sorted(folder.glob("*.deb")):
            subprocess.run(["dpkg", "-x", str(package), str(folder / "root")], check=True)
            package.unlink()
        done.write_text("\n".join(PACKAGES))
    return share


def decode(paths):
    """Every file as float32 mono at 16 kHz. One ffmpeg reads forty: its start takes longer than a prompt."""
    out = []
    for at in range(0, len(paths), 40):
        some = paths[at : at + 40]
        with tempfile.TemporaryDirectory() as folder:
            command = ["ffmpeg", "-v", "error", *(x for path in some for x in ("-i", str(path)))]
            for i in range(len(some)):
                command += ["-map", f"{i}:a:0", "-ac", "1", "-ar", str(RATE), "-f", "f32le", f"{folder}/{i}"]
            subprocess.run(command, check=True)
            out += [np.fromfile(f"{folder}/{i}", np.float32) for i in range(len(some))]
    return out


def asterisk(share, language):
    folder, voice = ASTERISK[language]
    base = share / "asterisk" / "sounds" / folder
    listing = share / "doc" / f"asterisk-core-sounds-{language}" / f"core-sounds-{language}.txt.gz"
    with gzip.open(listing, "rt", encoding="utf-8", errors="replace") as file:
        pairs = [line.split(":", 1) for line in file if ":" in line and not line.startswith(";")]
    for name, text in pairs:
        path = base / f"{name.strip()}.g722"
        spoken = re.sub(r"\[[^]]*\]|\([^)]*\)|<[^>]*>", " ", text).strip()
        if path.exists() and spoken:
            yield path, spoken, voice, None


def fillets(share, language):
    game = share / "games" / "fillets-ng"
    for script in sorted(game.glob(f"script/*/dialogs_{language}.lua")):
        text = script.read_text("utf-8", "replace")
        for name, line in re.findall(r'dialogId\("([^"]+)".*?dialogStr\("((?:[^"\\]|\\.)*)"\)', text, re.S):
            path = game / "sound" / script.parent.name / language / f"{name}.ogg"
            if path.exists() and line:
                yield path, line.replace('\\"', " "), FILLETS[language], None


def music(share):
    return decode(sorted((share / "asterisk" / "moh").glob("*.g722")))


def own(folder):
    """The user's recordings: x.wav or x.flac with x.TextGrid, x.lab, x.json (phones with times) or x.txt.

    x.txt holds what is said; its first line may name an espeak-ng voice as `#voice de`, English without.
    """
    for path in sorted(p for p in Path(folder).rglob("*") if p.suffix.lower() in {".wav", ".flac", ".mp3", ".ogg"}):
        readers = {".TextGrid": read_text_grid, ".lab": read_lab, ".json": read_json}
        label = next((path.with_suffix(end) for end in readers if path.with_suffix(end).exists()), None)
        if label:
            yield path, "", "", readers[label.suffix](label.read_text("utf-8"))
        elif path.with_suffix(".txt").exists():
            text = path.with_suffix(".txt").read_text("utf-8")
            voice = re.match(r"#voice (\S+)\n", text)
            yield path, re.sub(r"^#voice .*\n", "", text), voice[1] if voice else "en-us", None


def read_text_grid(text):
    """Praat's long form; the last interval tier holds ARPAbet or IPA phones."""
    tier = text.split('class = "IntervalTier"')[-1]
    found = re.findall(r'xmin = ([\d.]+)\s+xmax = ([\d.]+)\s+text = "([^"]*)"', tier)
    return _known((float(start), float(end), name) for start, end, name in found)


def read_lab(text):
    """HTS labels: start and end in 100 ns, the phone alone or between '-' and '+'."""
    rows = [line.split() for line in text.splitlines() if len(line.split()) >= 3]
    centre = lambda label: (re.search(r"-([^+-]+)\+", label) or [label, label])[1]  # noqa: E731
    return _known((int(r[0]) / 1e7, int(r[1]) / 1e7, centre(r[2])) for r in rows)


def read_json(text):
    """pocketsphinx' alignment: words `w` with phones `w` of begin `b`, duration `d` and name `t`."""
    words = json.loads(text)["w"]
    return _known((p["b"], p["b"] + p["d"], p["t"]) for word in words for p in word.get("w", []))


def _known(rows):
    out = []
    for start, end, name in rows:
        visemes = phones.arpabet(name) if name else [0]
        visemes = visemes if visemes is not None else phones.ipa(name)
        if visemes is not None and end > start:
            out.append((start, end, visemes))
    return out
