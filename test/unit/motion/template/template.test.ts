import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ARKIT } from '../../../../server/protocol/arkit.ts';
import { BODY } from '../../../../server/protocol/pose.ts';
import { HAND_SHAPES, Template } from '../../../../server/protocol/template.ts';
import {
  COMPILED_RATE_HZ,
  FRAME_FLOATS,
} from '../../../../server/motion/template/compiled-template.ts';
import { compileTemplate, frameOf } from '../../../../server/motion/template/compile.ts';
import {
  mirrorTemplate,
  retimeTemplate,
  trimTemplate,
} from '../../../../server/motion/template/edit.ts';
import { createLayer, PART } from '../../../../server/motion/template/layer.ts';
import { MotionDataError } from '../../../../server/motion/template/motion-data-error.ts';
import { sampleTemplate, templateParts } from '../../../../server/motion/template/sample.ts';
import { makeTemplate, richTemplate } from '../../../support/templates.ts';

function sample(template: Template, t: number) {
  const layer = createLayer();
  sampleTemplate(template, t, layer);
  return layer;
}

function point(values: Float32Array, index: number): [number, number] {
  return [values[index * 3]!, values[index * 3 + 1]!];
}

test('compiled frames are the sampled pose 30 times a second, in shared memory', () => {
  const template = richTemplate();
  const compiled = compileTemplate(template);
  assert.equal(compiled.frames.length, (2 * COMPILED_RATE_HZ + 1) * FRAME_FLOATS);
  assert.ok(compiled.frames.buffer instanceof SharedArrayBuffer);
  for (const frame of [0, 13, 21, 60]) {
    const { pose } = sample(template, frame / COMPILED_RATE_HZ);
    assert.deepEqual(frameOf(compiled.frames, frame), pose);
  }
});

test('a key is met exactly at its time, and held after the last', () => {
  const template = richTemplate();
  const [x, y] = point(sample(template, 0.7).pose.body, BODY.rightWrist);
  assert.ok(Math.hypot(x + 1, y + 0.1) < 1e-6);
  const later = sample(template, 1.9).pose.head;
  assert.ok(Math.abs(later[0]! - 0.3) < 1e-6);
});

test('what has no track has confidence 0 and no mask', () => {
  const { pose, parts, face } = sample(richTemplate(), 0.5);
  assert.equal(pose.body[BODY.leftWrist * 3 + 2], 0);
  assert.equal(pose.body[BODY.rightWrist * 3 + 2], 1);
  assert.ok(pose.leftHand.every((value) => value === 0));
  assert.equal(parts[PART.leftArm], 0);
  assert.equal(parts[PART.rightArm], 1);
  assert.equal(parts[PART.torso], 1);
  assert.equal(face[ARKIT.jawOpen], 1);
  assert.equal(face[ARKIT.mouthFunnel], 0);
  assert.deepEqual(templateParts(richTemplate()), [
    'head',
    'torso',
    'rightArm',
    'rightHand',
    'face',
  ]);
});

test('a head track alone places nose, eyes and ears', () => {
  const { pose } = sample(makeTemplate(1, { head: [{ t: 0, yaw: 0, pitch: 0, roll: 0.4 }] }), 0);
  const [x, y] = point(pose.body, BODY.nose);
  assert.ok(Math.abs(x - 0.62 * Math.sin(0.4)) < 1e-6, `nose at ${x}`);
  assert.ok(Math.abs(y + 0.62 * Math.cos(0.4)) < 1e-6);
  assert.ok(point(pose.body, BODY.leftEar)[1] > point(pose.body, BODY.rightEar)[1]);
});

test('eased arms swing on arcs and keep their length; linear keys go straight', () => {
  const keys = (ease: string) => ({
    body: {
      leftElbow: [
        { t: 0, x: 0.5, y: 0.8 },
        { t: 1, x: 1.3, y: 0, ease },
      ],
    },
  });
  const length = (ease: string): number => {
    const [x, y] = point(sample(makeTemplate(1, keys(ease)), 0.5).pose.body, BODY.leftElbow);
    return Math.hypot(x - 0.5, y);
  };
  assert.ok(Math.abs(length('in-out') - 0.8) < 1e-6);
  assert.ok(Math.abs(length('linear') - 0.8 * Math.SQRT1_2) < 1e-6);
});

test('a wrist follows its elbow while its own keys rest', () => {
  const template = makeTemplate(1, {
    body: {
      leftElbow: [
        { t: 0, x: 0.7, y: 0.8 },
        { t: 1, x: 0.9, y: 0.8 },
      ],
      leftWrist: [
        { t: 0, x: 0.7, y: 0.1 },
        { t: 1, x: 0.9, y: 0.1 },
      ],
    },
  });
  const { body } = sample(template, 0.3).pose;
  assert.ok(Math.abs(body[BODY.leftWrist * 3]! - body[BODY.leftElbow * 3]!) < 1e-6);
});

test('a loop has no seam: its last key leads on to its first', () => {
  const wrist = [
    { t: 0.2, x: 0.4, y: 0.2 },
    { t: 0.8, x: 0.9, y: -0.3 },
  ];
  const template = makeTemplate(1, { body: { leftWrist: wrist } }, { loop: true });
  const { frames } = compileTemplate(template);
  const first = point(frameOf(frames, 0).body, BODY.leftWrist);
  const last = point(frameOf(frames, COMPILED_RATE_HZ).body, BODY.leftWrist);
  assert.ok(Math.hypot(first[0] - last[0], first[1] - last[1]) < 1e-6);
  assert.ok(first[0] > 0.5 && first[0] < 0.8, `${first[0]} is on the way back`);
});

test('mirrored twice it is the same; once, the other side moves', () => {
  const template = richTemplate();
  const mirrored = mirrorTemplate(template);
  assert.deepEqual(mirrorTemplate(mirrored), template);
  assert.deepEqual(Template.parse(mirrored), mirrored);
  assert.equal(mirrored.aim, 'leftHand');
  for (const t of [0.3, 0.7, 1.1]) {
    const a = sample(template, t).pose;
    const b = sample(mirrored, t).pose;
    const [x, y] = point(a.body, BODY.rightWrist);
    const [otherX, otherY] = point(b.body, BODY.leftWrist);
    assert.ok(Math.hypot(x + otherX, y - otherY) < 1e-6);
    for (const i of [4, 8, 20]) {
      const tip = point(a.rightHand, i);
      const other = point(b.leftHand, i);
      assert.ok(Math.hypot(tip[0] + other[0], tip[1] - other[1]) < 1e-6, `hand point ${i}`);
    }
    assert.equal(b.face[ARKIT.mouthSmileRight], a.face[ARKIT.mouthSmileLeft]);
    assert.equal(b.head[0], -a.head[0]!);
  }
});

test('retimed, the same motion takes another time', () => {
  const template = richTemplate();
  const slow = retimeTemplate(template, 5);
  assert.equal(slow.seconds, 5);
  const a = point(sample(template, 1.2).pose.body, BODY.rightWrist);
  const b = point(sample(slow, 3).pose.body, BODY.rightWrist);
  assert.ok(Math.hypot(a[0] - b[0], a[1] - b[1]) < 1e-3);
  assert.throws(() => retimeTemplate(template, 61), MotionDataError);
});

test('trimmed, what is left plays as before', () => {
  const template = richTemplate();
  const trimmed = trimTemplate(template, 0.4, 1.8);
  assert.equal(trimmed.seconds, 1.4);
  assert.deepEqual(Template.parse(trimmed), trimmed);
  for (const t of [0, 0.1, 0.5, 1.2, 1.4]) {
    const before = sample(template, t + 0.4).pose;
    const after = sample(trimmed, t).pose;
    for (const joint of [BODY.rightElbow, BODY.rightWrist, BODY.nose]) {
      const a = point(before.body, joint);
      const b = point(after.body, joint);
      assert.ok(Math.hypot(a[0] - b[0], a[1] - b[1]) < 0.01, `joint ${joint} at ${t}`);
    }
  }
  assert.throws(() => trimTemplate(template, 1.95, 3), MotionDataError);
});

test('hand shapes hang on the wrist, turn with the forearm, and face as asked', () => {
  for (const shape of HAND_SHAPES) {
    for (const palm of ['front', 'back'] as const) {
      const template = makeTemplate(1, {
        body: {
          rightElbow: [{ t: 0, x: -0.9, y: 0.6 }],
          rightWrist: [{ t: 0, x: -0.9, y: -0.1 }],
        },
        rightHand: [{ t: 0, shape, palm }],
      });
      const hand = sample(template, 0).pose.rightHand;
      assert.deepEqual(point(hand, 0).map(Math.fround), [-0.9, -0.1].map(Math.fround));
      // Forearm up: the middle knuckle is above the wrist.
      assert.ok(point(hand, 9)[1] < -0.2, shape);
      // A right palm towards the viewer has its thumb on the viewer's right.
      const thumb = point(hand, 1)[0] - point(hand, 17)[0];
      assert.ok(palm === 'front' ? thumb > 0 : thumb < 0, `${shape} ${palm}`);
    }
  }
});

test('a cut of a dance step has whole beats, or none', () => {
  const turn = [0, 1, 2, 3].map((t) => ({ t, yaw: 0.1 * t, pitch: 0, roll: 0 }));
  const step = makeTemplate(4, { head: turn }, { beats: 8, loop: true });
  assert.equal(trimTemplate(step, 0, 2).beats, 4);
  assert.equal(trimTemplate(step, 0.51, 3).beats, 5);
  assert.equal('beats' in trimTemplate(step, 0, 1.2), false);
});
