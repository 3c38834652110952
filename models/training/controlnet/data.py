"""What render-poses.ts wrote, mapped into memory; batches as tensors."""

import json
from pathlib import Path

import numpy as np
import torch

from control import CONTROL_LENGTH, FACE_LENGTH, Frame


class Sheet:
    """Pictures of one kind with the control vectors and faces they were drawn by."""

    def __init__(self, folder, name, side, channels=4):
        self.control = np.fromfile(folder / f"{name}.control.f32", np.float32).reshape(-1, CONTROL_LENGTH)
        self.face = np.fromfile(folder / f"{name}.face.f32", np.float32).reshape(-1, FACE_LENGTH)
        shape = (len(self.control), side, side, channels)
        self.pictures = np.memmap(folder / f"{name}.u8", np.uint8, "r", shape=shape) if len(self.control) else np.zeros(shape, np.uint8)

    def __len__(self):
        return len(self.control)

    def inputs(self, index):
        return torch.from_numpy(self.control[index]), torch.from_numpy(self.face[index])

    def batch(self, index):
        return *self.inputs(index), to_tensor(self.pictures[index])


class Data:
    def __init__(self, folder):
        folder = Path(folder)
        self.meta = json.loads((folder / "meta.json").read_text())
        self.frame = Frame.of(self.meta)
        self.frames = Sheet(folder, "frames", self.frame.size)
        # A video has no pictures of arms without their hands.
        without_hands = (folder / "sleeves.u8").exists()
        self.sleeves = Sheet(folder, "sleeves", self.frame.size) if without_hands else self.frames
        self.bodies = Sheet(folder, "bodies", self.frame.size)
        self.heads = Sheet(folder, "heads", self.frame.patch, 12)
        self.faces = Sheet(folder, "faces", self.frame.patch)


def to_tensor(pictures):
    """[B, h, w, C] bytes to [B, C, h, w] floats, 0..1."""
    return torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2).float().div_(255)
