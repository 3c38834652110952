"""The networks of a pack: read from folders in diffusers' layout, or made with random weights."""
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, ControlNetModel, UNet2DConditionModel
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers, Regex
from transformers import AutoTokenizer, CLIPTextConfig, CLIPTextModel

TOKENS = 77


@dataclass
class Parts:
    unet: UNet2DConditionModel
    controlnet: ControlNetModel
    vae: torch.nn.Module
    text: CLIPTextModel
    tokenizer: Tokenizer
    prediction: str
    # Fills up a short prompt: the end's token in SD 1.5, another one in SD 2.1.
    pad_token: int


def load(checkpoint: Path, controlnet: Path, vae: Path | None) -> Parts:
    unet = UNet2DConditionModel.from_pretrained(checkpoint, subfolder="unet", low_cpu_mem_usage=False)
    tokenizer = AutoTokenizer.from_pretrained(checkpoint, subfolder="tokenizer")
    return Parts(
        unet,
        ControlNetModel.from_pretrained(controlnet, low_cpu_mem_usage=False),
        load_vae(vae, checkpoint),
        CLIPTextModel.from_pretrained(checkpoint, subfolder="text_encoder"),
        tokenizer.backend_tokenizer,
        prediction_of(checkpoint),
        tokenizer.pad_token_id,
    )


def load_vae(folder: Path | None, checkpoint: Path) -> torch.nn.Module:
    if folder is None:
        return AutoencoderKL.from_pretrained(checkpoint, subfolder="vae", low_cpu_mem_usage=False)
    kind = AutoencoderTiny if "AutoencoderTiny" in (folder / "config.json").read_text() else AutoencoderKL
    return kind.from_pretrained(folder, low_cpu_mem_usage=False)


def prediction_of(checkpoint: Path) -> str:
    config = checkpoint / "scheduler" / "scheduler_config.json"
    return "v" if config.exists() and '"v_prediction"' in config.read_text() else "epsilon"


def tiny() -> Parts:
    """The shape of the real thing (12 residuals, cross-attention, TAESD) with as few channels as it goes."""
    width = 8
    unet = UNet2DConditionModel(
        sample_size=8,
        in_channels=4,
        out_channels=4,
        # The text is heard at one size only, which halves the file.
        down_block_types=("DownBlock2D", "DownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D", "UpBlock2D"),
        block_out_channels=(4, 4, 4, 4),
        layers_per_block=2,
        cross_attention_dim=width,
        attention_head_dim=2,
        norm_num_groups=2,
    )
    controlnet = ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=(4, 4, 4, 4))
    # Zero convolutions would hide the pose from the picture of a twin that nobody trained.
    for module in [*controlnet.controlnet_down_blocks, controlnet.controlnet_mid_block]:
        torch.nn.init.normal_(module.weight, std=0.1)
    for name, weight in controlnet.controlnet_cond_embedding.named_parameters():
        if name.endswith("weight"):
            torch.nn.init.normal_(weight, std=0.3)
    # The same for the text: a prompt must be seen in its picture.
    for name, weight in unet.named_parameters():
        if any(part in name for part in ("attn2.to_v", "attn2.to_out.0.weight", "proj_out.weight")):
            torch.nn.init.normal_(weight, std=1.5)
    channels = (4, 4, 4, 4)
    vae = AutoencoderTiny(
        encoder_block_out_channels=channels,
        decoder_block_out_channels=channels,
        num_encoder_blocks=(1, 1, 1, 1),
        num_decoder_blocks=(1, 1, 1, 1),
    )
    tokenizer = tiny_tokenizer()
    text = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=tokenizer.get_vocab_size(),
            hidden_size=width,
            intermediate_size=8,
            num_hidden_layers=1,
            num_attention_heads=2,
            max_position_embeddings=TOKENS,
            bos_token_id=tokenizer.token_to_id("<|startoftext|>"),
            eos_token_id=tokenizer.token_to_id("<|endoftext|>"),
        )
    )
    for parameter in text.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    return Parts(unet, controlnet, vae, text, tokenizer, "epsilon", 0)


def tiny_tokenizer() -> Tokenizer:
    """CLIP's rules on a vocabulary of its own, learned from a few words."""
    bpe = models.BPE(continuing_subword_prefix="", end_of_word_suffix="</w>", unk_token="<|endoftext|>")
    tokenizer = Tokenizer(bpe)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    pattern = r"""'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"""
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(pattern), behavior="removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=380,
        special_tokens=[AddedToken("<|startoftext|>", special=True), AddedToken("<|endoftext|>", special=True)],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    words = "portrait of a friendly host in a studio upper body front view watercolour painting photo of a person"
    tokenizer.train_from_iterator([words] * 3, trainer)
    start, end = (tokenizer.token_to_id(f"<|{which}oftext|>") for which in ("start", "end"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|startoftext|> $A <|endoftext|>",
        special_tokens=[("<|startoftext|>", start), ("<|endoftext|>", end)],
    )
    return tokenizer


def random_full(half: bool) -> Parts:
    """SD-turbo's sizes (SD 2.1: text of 1024), which take as long as trained weights would."""
    unet = UNet2DConditionModel(
        sample_size=64, block_out_channels=(320, 640, 1280, 1280), cross_attention_dim=1024,
        attention_head_dim=(5, 10, 20, 20), use_linear_projection=True,
    )
    controlnet = ControlNetModel.from_unet(unet)
    config = CLIPTextConfig(
        vocab_size=49408, hidden_size=1024, intermediate_size=4096, num_hidden_layers=23,
        num_attention_heads=16, hidden_act="gelu", bos_token_id=49406, eos_token_id=49407,
    )
    tokenizer = tiny_tokenizer()
    return Parts(unet, controlnet, AutoencoderTiny(), CLIPTextModel(config), tokenizer, "epsilon", 0)


def require_same_text(parts: Parts) -> None:
    widths = {
        "the UNet": parts.unet.config.cross_attention_dim,
        "the ControlNet": parts.controlnet.config.cross_attention_dim,
        "the text encoder": parts.text.config.hidden_size,
    }
    if len(set(widths.values())) > 1:
        told = ", ".join(f"{name} {width}" for name, width in widths.items())
        raise SystemExit(f"These are of different Stable Diffusions; the width of the text is: {told}")


def write_tokenizer(parts: Parts, path: Path) -> None:
    tokenizer = parts.tokenizer
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(path), pretty=False)
