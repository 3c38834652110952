"""What stands beside the graphs: diffusion.json, avatar.json with every file's sum."""
import hashlib
import json
from pathlib import Path

from graphs import latent_scale


def rows_of(chosen) -> int:
    """How many latents one run takes: all steps of the frames that are under way, and guidance's own."""
    rows = 1 if chosen.sequential else chosen.steps
    return {"none": rows, "self": rows, "initialize": rows + 1, "full": 2 * rows}[chosen.guidance]


def write(folder: Path, files: dict, parts, chosen, side: int, rows: int) -> None:
    diffusion = {
        "format": "posecast-diffusion",
        "version": 1,
        "source": "tiny" if chosen.tiny else "random-full" if chosen.random_full else "checkpoint",
        "width": side,
        "height": side,
        "graphs": files,
        "tokenizer": "tokenizer.json",
        "padToken": parts.pad_token,
        "latentScale": latent_scale(parts.vae),
        "rows": rows,
        "batched": not chosen.sequential,
        "schedule": {"kind": chosen.schedule, "steps": chosen.steps, "prediction": parts.prediction},
        "guidance": {"kind": chosen.guidance, "scale": chosen.guidance_scale},
        "look": {"prompt": chosen.prompt, "strength": 1, "conditioningScale": 1, "seed": 1},
    }
    (folder / "diffusion.json").write_text(json.dumps(diffusion, indent=2) + "\n")
    title = chosen.title or chosen.out.name.replace("-", " ").title()
    text = "Drawn by Stable Diffusion, steered by the pose."
    manifest = {
        "name": chosen.out.name,
        "title": {"en": title, "zh": title},
        "description": {"en": text, "zh": "由 Stable Diffusion 绘制,由姿态控制。"},
        "body": "diffusion",
        "lips": "visemes",
        "width": side,
        "height": side,
        "licence": "Apache-2.0" if chosen.tiny or chosen.random_full else chosen.licence,
        "commercial": not chosen.non_commercial,
        "vramMb": chosen.vram_mb,
        "author": "Posecast" if chosen.tiny or chosen.random_full else chosen.author,
        "files": {file.name: {"sha256": sha256(file)} for file in sorted(folder.iterdir())},
    }
    (folder / "avatar.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
