"""Trains the network in six stages on what was rendered. Resumable from its checkpoint, seeded by step numbers.

  torso   the torso's drawing and how it bends
  face    the face's drawing and its expressions, looking ahead
  head    how face, hair and what is behind the torso turn; all these are the base
  arms    the base is frozen; the pose branch's arms learn to go over it, through convolutions that start at zero
  hands   and its hands, over the arms
  joint   a short fine-tune of everything together
"""

import argparse
import ctypes
import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch

import weights
from control import LEFT_HAND, RIGHT_HAND
from data import Data, to_tensor
from losses import broad_loss, face_weight, hand_weight, picture_loss
from model import Avatar, Axes, Window, over

STAGES = {"torso": 0.04, "face": 0.27, "head": 0.09, "arms": 0.22, "hands": 0.22, "joint": 0.16}
BATCH = {"torso": 6, "face": 12, "head": 6, "arms": 8, "hands": 12, "joint": 4}
RATE = {"torso": 4e-3, "face": 2e-3, "head": 4e-3, "arms": 2e-3, "hands": 2e-3, "joint": 5e-4}
# Pixels of the square pieces that arms and hands learn from.
WINDOW = {"arms": 192, "hands": 112}
AVERAGE = 0.98


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60, help="of this process's processor time")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--init", type=Path, help="go on from this pack, a folder")
    parser.add_argument("--only", choices=list(STAGES), help="this stage alone, as long as --minutes says")
    options = parser.parse_args()
    train(options)


def keep_memory():
    """Each step needs the same large arrays: fetching fresh pages for them took a sixth of the time."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(-4, 0)  # M_MMAP_MAX
        libc.mallopt(-1, 2**31 - 1)  # M_TRIM_THRESHOLD


def train(options):
    torch.set_num_threads(options.threads)
    keep_memory()
    options.out.mkdir(parents=True, exist_ok=True)
    learner = Learner(options)
    for stage in [options.only] if options.only else STAGES:
        learner.run(stage, options.minutes * (1 if options.only else STAGES[stage]))


class Learner:
    """Network, moving average, optimiser and how far each stage is, from the checkpoint where there is one."""

    def __init__(self, options):
        torch.manual_seed(1)
        self.options, self.path = options, options.out / "checkpoint.pt"
        self.data = Data(options.data)
        self.net, self.average = Avatar(self.data.frame), Avatar(self.data.frame)
        # Convolutions on the CPU are quicker with channels last.
        self.net.to(memory_format=torch.channels_last)
        self.done, self.steps, self.optimiser_state = {}, {}, None
        self.weight = face_weight(self.data.frame.patch)
        self.axes = Axes(*self.data.frame.axes(1))
        if self.path.exists():
            self.load()
        elif options.init:
            print(f"{weights.load(self.net, options.init)} new weights beside those of {options.init}", flush=True)
            self.average.load_state_dict(self.net.state_dict())
        else:
            self.begin_drawings()
            self.average.load_state_dict(self.net.state_dict())

    def begin_drawings(self):
        """The drawings begin as the pictures whose pose is nearest to rest."""
        base, heads, bodies = self.net.base, self.data.heads, self.data.bodies
        still = int(np.abs(heads.control[:, 9:14] * [2, 2, 10, 10, 10]).sum(1).argmin())
        base.head.texture.data = to_tensor(heads.pictures[still : still + 1])
        still = int(np.abs(self.data.faces.face).sum(1).argmin())
        base.head.texture.data[:, :4] = to_tensor(self.data.faces.pictures[still : still + 1])
        still = int(np.square(bodies.control[:, :11]).sum(1).argmin())
        rows = base.torso.texture.shape[2]
        base.torso.texture.data = to_tensor(bodies.pictures[still : still + 1])[:, :, -rows:].clone()

    def run(self, stage, minutes):
        if self.done.get(stage, 0) >= minutes * 60:
            return
        parts = {"torso": [self.net.base.torso], "joint": [self.net]}
        parts["face"] = [self.net.base.head.expression]
        parts["head"] = [self.net.base.head.flow]
        parts["arms"], parts["hands"] = [self.net.arms], [self.net.hands]
        optimiser = self.optimiser(parts[stage], stage)
        if self.optimiser_state and self.optimiser_state[0] == stage:
            optimiser.load_state_dict(self.optimiser_state[1])
        began, saved = time.process_time() - self.done.get(stage, 0), time.time()
        losses = []
        while (spent := time.process_time() - began) < minutes * 60:
            step = self.steps[stage] = self.steps.get(stage, 0) + 1
            share = spent / (minutes * 60)
            for group in optimiser.param_groups:
                group["lr"] = group["share"] * RATE[stage] * min(1, step / 50) * (0.02 + 0.49 * (1 + math.cos(math.pi * share)))
            losses.append(self.learn(stage, optimiser, step))
            self.done[stage] = spent
            if sys.stdout.isatty():
                self.tell(stage, share, losses)
            if time.time() - saved > 45:
                saved = time.time()
                if not sys.stdout.isatty():
                    self.tell(stage, share, losses)
                self.save(stage, optimiser)
        self.done[stage] = minutes * 60
        self.tell(stage, 1, losses)
        self.save(stage, optimiser)

    def optimiser(self, parts, stage):
        """Drawings learn slowly: they would blur while the flows that put them in place are still wrong."""
        self.net.requires_grad_(False)
        groups = {"texture": [], "flow": [], "rest": []}
        for name, parameter in (named for part in parts for named in part.named_parameters()):
            parameter.requires_grad_(True)
            kind = "texture" if name.endswith("texture") else "flow" if ".broad" in name or ".close" in name else "rest"
            groups[kind if stage != "joint" else "rest"].append(parameter)
        shares = {"texture": 0.05, "flow": 0.5, "rest": 1.0}
        made = [{"params": group, "share": shares[kind]} for kind, group in groups.items() if group]
        return torch.optim.Adam(made, lr=RATE[stage], betas=(0.9, 0.99))

    def tell(self, stage, share, losses):
        """A bar where somebody looks, else a line of JSON now and then."""
        if sys.stdout.isatty():
            done = round(30 * share)
            end = "\n" if share == 1 else ""
            print(f"\r{stage:7}[{'#' * done}{'.' * (30 - done)}] {100 * share:3.0f} %  loss {np.mean(losses[-100:] or [0]):.4f} ", end=end, flush=True)
            return
        told = {"stage": stage, "share": round(share, 3), "step": self.steps[stage], "loss": round(float(np.mean(losses[-100:] or [0])), 5)}
        print(json.dumps(told | {"clock": time.strftime("%H:%M:%S")}), flush=True)

    def learn(self, stage, optimiser, step):
        random = np.random.default_rng([list(STAGES).index(stage), step])
        loss = getattr(self, f"loss_of_{stage}")(random, BATCH[stage])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for p in self.net.parameters() if p.requires_grad], 1.0)
        optimiser.step()
        self.follow(min(AVERAGE, 1 - 1 / (step + 1)))
        return float(loss.detach())

    def follow(self, keep):
        with torch.no_grad():
            for mean, value in zip(self.average.parameters(), self.net.parameters()):
                if value.requires_grad:
                    mean.lerp_(value, 1 - keep)

    def pick(self, sheet, random, count):
        return np.sort(random.choice(len(sheet), count, replace=len(sheet) < count))

    def loss_of_torso(self, random, count):
        control, _, truth = self.data.bodies.batch(self.pick(self.data.bodies, random, count))
        drawn = self.net.base.torso(control)
        return broad_loss(drawn, truth[:, :, -drawn.shape[2] :])

    def loss_of_face(self, random, count):
        head, (x, y, n) = self.net.base.head, self.net.base.head.crop
        index = self.pick(self.data.faces, random, count)
        truth = to_tensor(self.data.faces.pictures[index, y : y + n, x : x + n])
        drawn = head.texture[:, :4, y : y + n, x : x + n] + head.expression(self.data.faces.inputs(index)[1])
        return picture_loss(drawn, truth, self.weight[..., y : y + n, x : x + n])

    def loss_of_head(self, random, count):
        control, face, truth = self.data.heads.batch(self.pick(self.data.heads, random, count))
        return sum(broad_loss(*pair) for pair in zip(self.net.base.head.layers(control, face), truth.chunk(3, 1)))

    def loss_of_arms(self, random, count):
        index = self.pick(self.data.frames, random, count)
        control, _ = self.data.frames.inputs(index)
        window = self.window(control, random, WINDOW["arms"], 60)
        base = crop(self.cached_base(index), window)
        return picture_loss(over(base, self.net.arms(base, control, window)), pieces(self.data.sleeves, index, window))

    def loss_of_hands(self, random, count):
        """Over the rig's own arms: the network's own need not be there yet."""
        index = self.pick(self.data.frames, random, count)
        control, _ = self.data.frames.inputs(index)
        window = self.window(control, random, WINDOW["hands"], 16)
        right, left = self.net.hands(control, window)
        drawn = over(over(pieces(self.data.sleeves, index, window), right), left)
        return picture_loss(drawn, pieces(self.data.frames, index, window), hand_weight(control, self.axes(window)))

    def loss_of_joint(self, random, count):
        control, face, truth = self.data.frames.batch(self.pick(self.data.frames, random, count))
        weight = hand_weight(control, self.axes())
        weight[:, :, : int(truth.shape[2] * 0.5)] = weight[:, :, : int(truth.shape[2] * 0.5)].clamp(min=2)
        return picture_loss(self.net(control, face), truth, weight) + 0.5 * self.loss_of_face(random, 4)

    def window(self, control, random, side, away):
        """Around a hand of each sample, up to `away` pixels beside it, within the picture."""
        size, frame = self.data.frame.size, self.data.frame
        first = []
        for vector in control.numpy():
            start = RIGHT_HAND if random.random() < 0.5 else LEFT_HAND
            hand = vector[start : start + 42]
            x = hand[0::2].mean() * frame.pixels + size / 2
            y = (hand[1::2].mean() - frame.bottom / 100) * frame.pixels + size
            corner = np.clip(np.array([x, y]) + random.uniform(-away, away, 2) - side / 2, 0, size - side)
            first.append(4 * np.round(corner / 4).astype(np.int64))
        return Window(torch.from_numpy(np.array(first)), side)

    def cached_base(self, index):
        """The frozen base's pictures."""
        if not hasattr(self, "bases"):
            self.bases = Cache(self.data.frames, (self.data.frame.size,) * 2, self.average.base)
        return self.bases.get(index)

    def save(self, stage, optimiser):
        state = {"net": self.net.state_dict(), "average": self.average.state_dict(), "done": self.done, "steps": self.steps}
        state["optimiser"] = (stage, optimiser.state_dict())
        partial = self.path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.path)

    def load(self):
        state = torch.load(self.path, weights_only=True)
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.done, self.steps, self.optimiser_state = state["done"], state["steps"], state["optimiser"]


def crop(pictures, window):
    n = window.size
    return torch.cat([p[None, :, y : y + n, x : x + n] for p, (x, y) in zip(pictures, window.first.tolist())])


def pieces(sheet, index, window):
    n, corners = window.size, zip(index, window.first.tolist())
    return torch.cat([to_tensor(sheet.pictures[i : i + 1, y : y + n, x : x + n]) for i, (x, y) in corners])


class Cache:
    """Pictures of a part that learns no more, drawn once each; halves keep what bytes would round."""

    def __init__(self, sheet, size, draw):
        self.sheet, self.draw = sheet, draw
        self.pictures = np.zeros((len(sheet), 4, *size), np.float16)
        self.there = np.zeros(len(sheet), bool)

    def get(self, index):
        missing = index[~self.there[index]]
        if len(missing):
            with torch.no_grad():
                self.pictures[missing] = self.draw(*self.sheet.inputs(missing)).numpy()
            self.there[missing] = True
        return torch.from_numpy(self.pictures[index]).float()


if __name__ == "__main__":
    main()
