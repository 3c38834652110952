"""The networks as ONNX graphs, in each of the styles that Posecast reads."""
from dataclasses import dataclass
from pathlib import Path

import torch

from checkpoints import TOKENS, Parts
from onnx_files import write_graph

STYLES = ["whole", "merged", "named", "placed"]
RESIDUALS = 12


@dataclass
class Plan:
    style: str
    side: int
    rows: int
    half: bool
    batch: bool = False

    def axes(self, names, outputs):
        """Free batches, so that sessions of one pack can share runs on a GPU."""
        if not self.batch:
            return None
        return {name: {1 if name == "controlnet_conds" else 0: "rows"} for name in [*names, *outputs] if name != "conditioning_scales"}

    @property
    def latent(self):
        return (self.rows, 4, self.side // 8, self.side // 8)

    @property
    def float(self):
        return torch.float16 if self.half else torch.float32


class Text(torch.nn.Module):
    def __init__(self, text):
        super().__init__()
        self.text = text

    def forward(self, input_ids):
        return self.text(input_ids.long()).last_hidden_state


class Decoder(torch.nn.Module):
    def __init__(self, vae):
        super().__init__()
        self.vae = vae

    def forward(self, latent):
        return self.vae.decode(latent, return_dict=False)[0]


class Control(torch.nn.Module):
    def __init__(self, controlnet):
        super().__init__()
        self.controlnet = controlnet

    def forward(self, sample, timestep, text, pose):
        down, middle = self.controlnet(sample, timestep, text, pose, return_dict=False)
        return (*down, middle)


class Unet(torch.nn.Module):
    def __init__(self, unet):
        super().__init__()
        self.unet = unet

    def forward(self, sample, timestep, text, *residuals):
        down, middle = residuals[:-1], residuals[-1]
        return self.unet(
            sample, timestep, text, return_dict=False,
            down_block_additional_residuals=down, mid_block_additional_residual=middle,
        )[0]


class Merged(torch.nn.Module):
    def __init__(self, parts):
        super().__init__()
        self.control = Control(parts.controlnet)
        self.unet = Unet(parts.unet)

    def forward(self, sample, timestep, text, poses, scales):
        residuals = self.control(sample, timestep, text, poses[0])
        return self.unet(sample, timestep, text, *(scales[0, 0] * each for each in residuals))


class Whole(torch.nn.Module):
    """A frame in one graph: nothing but the pose goes in and the picture comes out between host and device."""

    def __init__(self, parts, scale):
        super().__init__()
        self.merged = Merged(parts)
        self.decoder = Decoder(parts.vae)
        self.scale = scale

    def forward(self, sample, timestep, coefficients, text, pose, conditioning_scale):
        kind = text.dtype
        poses = (pose.permute(0, 3, 1, 2).to(kind) / 255).expand(sample.shape[0], -1, -1, -1)
        columns = [coefficients[:, i].reshape(-1, 1, 1, 1) for i in range(5)]
        given, from_x, from_model, denoised_from_x0, denoised_from_x = columns
        noise = self.merged((sample * given).to(kind), timestep, text, poses[None], conditioning_scale[None])
        x0 = sample * from_x + noise.float() * from_model
        denoised = denoised_from_x0 * x0 + denoised_from_x * sample
        image = self.decoder((denoised[-1:] / self.scale).to(kind))[0].float()
        rgb = ((image + 1) * 127.5).clamp(0, 255).round().permute(1, 2, 0)
        opaque = torch.full_like(rgb[:, :, :1], 255)
        return denoised, torch.cat([rgb, opaque], dim=2).to(torch.uint8)


def export(parts: Parts, folder: Path, plan: Plan) -> dict:
    for module in (parts.unet, parts.controlnet, parts.vae, parts.text):
        module.eval().requires_grad_(False)
    # The text encoder runs once a prompt: it stays in full precision.
    for module in (parts.unet, parts.controlnet, parts.vae):
        torch.nn.Module.to(module, plan.float)
    files = {"text": "text_encoder.onnx"}
    write_graph(Text(parts.text), (torch.zeros(1, TOKENS, dtype=torch.int32),), folder / files["text"], ["input_ids"], ["last_hidden_state"])
    if plan.style == "whole":
        files["frame"] = "frame.onnx"
        write_whole(parts, folder / files["frame"], plan)
        return files
    files |= {"unet": "unet.onnx", "decoder": "decoder.onnx"}
    latent = torch.zeros(1, *plan.latent[1:], dtype=plan.float)
    decoder = ["latent_sample"], ["sample"]
    write_graph(Decoder(parts.vae), (latent,), folder / files["decoder"], *decoder, plan.axes(*decoder))
    if plan.style == "merged":
        write_merged(parts, folder / files["unet"], plan)
    else:
        files["controlnet"] = "controlnet.onnx"
        write_residuals(parts, folder, plan)
    return files


def inputs_of(parts: Parts, plan: Plan):
    sample = torch.zeros(plan.latent, dtype=plan.float)
    timestep = torch.full((plan.rows,), 999.0)
    text = torch.zeros(plan.rows, TOKENS, parts.unet.config.cross_attention_dim, dtype=plan.float)
    pose = torch.zeros(plan.rows, 3, plan.side, plan.side, dtype=plan.float)
    return sample, timestep, text, pose


def write_merged(parts: Parts, path: Path, plan: Plan) -> None:
    sample, timestep, text, pose = inputs_of(parts, plan)
    scales = torch.ones(1, 1, dtype=plan.float)
    names = ["sample", "timestep", "encoder_hidden_states", "controlnet_conds", "conditioning_scales"]
    axes = plan.axes(names, ["noise_pred"])
    write_graph(Merged(parts), (sample, timestep, text, pose[None], scales), path, names, ["noise_pred"], axes)


def write_whole(parts: Parts, path: Path, plan: Plan) -> None:
    sample, timestep, text, _ = inputs_of(parts, plan)
    pose = torch.zeros(1, plan.side, plan.side, 3, dtype=torch.uint8)
    coefficients = torch.ones(plan.rows, 5)
    names = ["sample", "timestep", "coefficients", "encoder_hidden_states", "pose", "conditioning_scale"]
    scale = torch.ones(1, dtype=plan.float)
    inputs = (sample.float(), timestep, coefficients, text, pose, scale)
    write_graph(Whole(parts, latent_scale(parts.vae)), inputs, path, names, ["denoised", "picture"])


def write_residuals(parts: Parts, folder: Path, plan: Plan) -> None:
    """Two graphs; `named` as livepeer's StreamDiffusion names them, `placed` as most others do: by position."""
    named = plan.style == "named"
    inputs = inputs_of(parts, plan)
    middle = ["mid_block"]
    out = [f"down_block_{i:02}" for i in range(RESIDUALS)] + middle if named else ["down_block_res_samples", "mid_block_res_sample"]
    given = ["sample", "timestep", "encoder_hidden_states", "controlnet_cond"]
    axes = plan.axes(given, out)
    write_graph(Control(parts.controlnet), inputs, folder / "controlnet.onnx", given, out, axes)
    with torch.no_grad():
        residuals = Control(parts.controlnet)(*inputs)
    names = [f"input_control_{i:02}" for i in range(RESIDUALS)] + ["input_control_middle"]
    if not named:
        names = [f"down_block_{i}" for i in range(RESIDUALS)] + ["mid_block_additional_residual"]
    axes = plan.axes(given[:3] + names, ["out_sample"])
    write_graph(Unet(parts.unet), (*inputs[:3], *residuals), folder / "unet.onnx", given[:3] + names, ["out_sample"], axes)


def latent_scale(vae) -> float:
    return float(getattr(vae.config, "scaling_factor", 1.0) or 1.0)

