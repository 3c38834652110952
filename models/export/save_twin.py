"""Writes the random-weight twin as a checkpoint in diffusers' layout, to try export_pack.py --checkpoint on.

    python save_twin.py --out /tmp/twin        leaves /tmp/twin/{sd, controlnet, taesd}
"""
import argparse
import json
from pathlib import Path

import torch
from transformers import PreTrainedTokenizerFast

import checkpoints


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    torch.manual_seed(chosen.seed)
    parts = checkpoints.tiny()
    sd = chosen.out / "sd"
    parts.unet.save_pretrained(sd / "unet")
    parts.text.save_pretrained(sd / "text_encoder")
    PreTrainedTokenizerFast(
        tokenizer_object=parts.tokenizer, bos_token="<|startoftext|>", eos_token="<|endoftext|>",
        pad_token="<|startoftext|>", model_max_length=checkpoints.TOKENS,
    ).save_pretrained(sd / "tokenizer")
    (sd / "scheduler").mkdir(parents=True, exist_ok=True)
    (sd / "scheduler" / "scheduler_config.json").write_text(json.dumps({"prediction_type": parts.prediction}))
    parts.controlnet.save_pretrained(chosen.out / "controlnet")
    parts.vae.save_pretrained(chosen.out / "taesd")


if __name__ == "__main__":
    main()
