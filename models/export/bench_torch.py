"""Times a frame of the random-weight networks in PyTorch, for `posecast bench inference --torch`.

On an NVIDIA GPU: half precision, channels last, compiled. On the CPU: float32, one thread, not compiled,
as Posecast runs there. Prints one JSON object.
"""
import argparse
import json
import time

import torch

import checkpoints
from graphs import Whole, latent_scale

SECONDS = 5


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--networks", choices=["tiny", "random-full"], required=True)
    parser.add_argument("--size", type=int, required=True)
    chosen = parser.parse_args()
    cuda = torch.cuda.is_available()
    kind = torch.float16 if cuda else torch.float32
    device = "cuda" if cuda else "cpu"
    torch.manual_seed(1)
    torch.set_num_threads(1)
    parts = checkpoints.tiny() if chosen.networks == "tiny" else checkpoints.random_full(cuda)
    for module in (parts.unet, parts.controlnet, parts.vae):
        module.eval().requires_grad_(False)
        torch.nn.Module.to(module, device=device, dtype=kind)
    frame = Whole(parts, latent_scale(parts.vae))
    if cuda:
        frame = torch.compile(frame.to(memory_format=torch.channels_last), mode="max-autotune")
    side = chosen.size
    text = torch.zeros(1, checkpoints.TOKENS, parts.unet.config.cross_attention_dim, dtype=kind, device=device)
    inputs = (
        torch.randn(1, 4, side // 8, side // 8, device=device),
        torch.full((1,), 999.0, device=device),
        torch.ones(1, 5, device=device),
        text,
        torch.zeros(1, side, side, 3, dtype=torch.uint8, device=device),
        torch.ones(1, dtype=kind, device=device),
    )
    times = measure(frame, inputs, cuda)
    middle = times[len(times) // 2]
    print(json.dumps({
        "version": torch.__version__,
        "device": torch.cuda.get_device_name() if cuda else "cpu",
        "type": str(kind).removeprefix("torch."),
        "compiled": cuda,
        "msP50": middle,
        "msP95": times[int(len(times) * 0.95)],
        "fps": 1000 * len(times) / sum(times),
    }))


def measure(frame, inputs, cuda: bool) -> list[float]:
    """Sorted milliseconds; the pose goes in and the picture comes out each time, as live."""
    times = []
    pose = inputs[4].cpu()
    with torch.inference_mode():
        for _ in range(5):
            frame(*inputs)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            start = time.monotonic()
            _, picture = frame(*inputs[:4], pose.to(inputs[4].device, non_blocking=True), inputs[5])
            picture.cpu()
            if cuda:
                torch.cuda.synchronize()
            times.append(1000 * (time.monotonic() - start))
    return sorted(times)


if __name__ == "__main__":
    main()
