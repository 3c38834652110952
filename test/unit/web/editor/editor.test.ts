import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Template } from '../../../../server/protocol/index.ts';
import { sampleJoint } from '../../../../server/motion/template/sample.ts';
import { FOREARM, reach, UPPER_ARM } from '../../../../web/lib/editor/arm.ts';
import { Editor } from '../../../../web/lib/editor/editor.ts';
import * as operations from '../../../../web/lib/editor/operations.ts';
import { keysOf, timesOf, trackIds, tracksOfLane } from '../../../../web/lib/editor/tracks.ts';
import { newTemplate, slugOf } from '../../../../web/lib/template-files.ts';

const lifted = (template = newTemplate('Hello')): Template =>
  operations.moveArm(template, { side: 'right', joint: 'Wrist', t: 1, to: [-0.9, -0.6] });

describe('the arm', () => {
  const before = { elbow: [0.7, 0.8], wrist: [0.2, 1] } as const;

  test('keeps its bones and reaches what it can', () => {
    const { elbow, wrist } = reach([0.5, 0], [1.2, -0.5], before);
    assert.deepEqual(wrist, [1.2, -0.5]);
    assert.ok(Math.abs(Math.hypot(elbow[0] - 0.5, elbow[1]) - UPPER_ARM) < 1e-9);
    assert.ok(Math.abs(Math.hypot(wrist[0] - elbow[0], wrist[1] - elbow[1]) - FOREARM) < 1e-9);
  });

  test('stretches towards what is too far, and never breaks', () => {
    const { wrist } = reach([0.5, 0], [9, 0], before);
    assert.ok(wrist[0] < 0.5 + UPPER_ARM + FOREARM && wrist[0] > 0.5 + 1.5);
    for (let i = 0; i < 500; i += 1) {
      const to = [Math.sin(i * 1.7) * 3, Math.cos(i * 0.9) * 3] as const;
      const { elbow, wrist: end } = reach([0.5, 0], to, before);
      for (const value of [...elbow, ...end]) assert.ok(Number.isFinite(value));
      assert.ok(Math.hypot(elbow[0] - 0.5, elbow[1]) < UPPER_ARM + 0.25);
    }
  });
});

describe('cutting and looping', () => {
  test('what is kept starts at 0, and undo brings the rest back', () => {
    const editor = new Editor(lifted());
    editor.grab();
    editor.span('trim', [0.3, 2]);
    editor.span('trim', [0.5, 2]);
    editor.drop();
    editor.span('trim', [0.5, 1.5]);
    assert.equal(editor.view.get().changed, true);
    const { result } = editor;
    assert.equal(result.seconds, 1);
    for (const t of [0, 0.25, 0.5, 1]) {
      const [x, y] = sampleJoint(result, 'rightWrist', t);
      const [wasX, wasY] = sampleJoint(lifted(), 'rightWrist', t + 0.5);
      assert.ok(Math.hypot(x - wasX, y - wasY) < 0.03, `at ${t} s`);
    }
    editor.undo();
    assert.deepEqual(editor.view.get().trim, [0.5, 2], 'a drag is one step');
    editor.undo();
    assert.equal(editor.view.get().trim, null);
    assert.equal(editor.result.seconds, 2);
    editor.redo();
    editor.redo();
    assert.deepEqual(editor.view.get().trim, [0.5, 1.5]);

    editor.saved(editor.result);
    const saved = editor.view.get();
    assert.deepEqual([saved.template.seconds, saved.trim, saved.changed], [1, null, false]);
    editor.undo();
    assert.equal(editor.view.get().template.seconds, 2, 'what was cut off can be had back');
    assert.deepEqual(editor.view.get().trim, [0.5, 1.5]);
  });

  test('the loop is undone like any other change, and keeping all of it is no cut', () => {
    const editor = new Editor(lifted());
    editor.span('region', [0.4, 1.2]);
    editor.span('region', [0.4, 9]);
    assert.deepEqual(editor.view.get().region, [0.4, 2]);
    assert.equal(editor.view.get().changed, false, 'it is not part of the gesture');
    editor.undo();
    assert.deepEqual(editor.view.get().region, [0.4, 1.2]);
    editor.undo();
    assert.equal(editor.view.get().region, null);
    assert.equal(editor.view.get().canUndo, false);
    editor.span('trim', [-1, 5]);
    assert.equal(editor.view.get().trim, null);
    editor.span('trim', [1, 1]);
    assert.deepEqual(editor.view.get().trim, [1, 1.1], 'never shorter than a template may be');
    editor.change((template) => operations.setLength(template, 1));
    assert.deepEqual(editor.view.get().trim, [0.9, 1], 'a shorter template bounds it');
  });
});

describe('editing', () => {
  test('the first drag in the middle is a gesture that comes and goes', () => {
    const template = lifted();
    assert.deepEqual(timesOf(template.tracks, ['body.rightWrist']), [0, 1, 2]);
    const [x, y] = sampleJoint(template, 'rightWrist', 1);
    assert.ok(Math.hypot(x + 0.9, y + 0.6) < 0.002);
    const [first, last] = [0, 2].map((t) => sampleJoint(template, 'rightWrist', t));
    assert.ok(Math.hypot(first![0] - last![0], first![1] - last![1]) < 1e-6);
    Template.parse(template);
  });

  test('a second drag at the same time replaces, elsewhere it adds', () => {
    const again = lifted(lifted());
    assert.equal(keysOf(again.tracks, 'body.rightWrist').length, 3);
    const more = operations.movePoint(again, 'rightWrist', 1.5, [-0.5, -0.2]);
    assert.deepEqual(timesOf(more.tracks, ['body.rightWrist']), [0, 1, 1.5, 2]);
  });

  test('keys move, ease, hold and go', () => {
    const ids = ['body.rightWrist', 'body.rightElbow'] as const;
    const moved = operations.moveKeys(lifted(), ids, 1, 1.4);
    assert.deepEqual(timesOf(moved.tracks, ids), [0, 1.4, 2]);
    const eased = operations.easeKeys(moved, ids, 1.4, 'out');
    assert.equal(operations.easeAt(eased, ids, 1.4), 'out');
    const before = sampleJoint(eased, 'rightWrist', 0.7);
    const held = operations.holdAt(eased, ids, 0.7);
    const after = sampleJoint(held, 'rightWrist', 0.7);
    assert.ok(Math.hypot(before[0] - after[0], before[1] - after[1]) < 0.002);
    const gone = [0, 0.7, 1.4, 2].reduce((t, at) => operations.deleteKeys(t, ids, at), held);
    assert.deepEqual(trackIds(gone.tracks), [], 'a track without keys is no track');
  });

  test('hands, head and face get keys of their own kinds', () => {
    let template = operations.shapeHand(lifted(), 'right', 1, { shape: 'thumb' });
    template = operations.shapeHand(template, 'right', 1, { palm: 'back', angle: 0.5 });
    template = operations.turnHead(template, 1, { yaw: 0.4, pitch: -0.1, roll: 0 });
    template = operations.setWeight(template, 'mouthSmileLeft', 1, 0.8);
    Template.parse(template);
    assert.deepEqual(operations.handAt(template, 'right', 1), { shape: 'thumb', angle: 0.5, palm: 'back' }); // prettier-ignore
    assert.ok(Math.abs(operations.headAt(template, 1).yaw - 0.4) < 1e-6);
    assert.ok(Math.abs(operations.weightAt(template, 'mouthSmileLeft', 1) - 0.8) < 1e-6);
    assert.deepEqual(tracksOfLane(template.tracks, 'face'), ['face.mouthSmileLeft']);
  });

  test('another length keeps the end at the end and cuts what is beyond', () => {
    const longer = operations.setLength(lifted(), 4);
    assert.deepEqual(timesOf(longer.tracks, ['body.rightWrist']), [0, 1, 4]);
    const shorter = operations.setLength(lifted(), 0.5);
    assert.deepEqual(timesOf(shorter.tracks, ['body.rightWrist']), [0, 0.5]);
    Template.parse(shorter);
  });
});

describe('the editor', () => {
  test('a drag is one step; undo and redo go there and back', () => {
    const editor = new Editor(newTemplate('Hello'));
    editor.grab();
    for (let x = 0; x < 5; x += 1) {
      editor.change((now) => operations.movePoint(now, 'leftWrist', 1, [x / 10, 0]));
    }
    editor.drop();
    const made = editor.view.get().template;
    assert.ok(editor.view.get().canUndo && editor.view.get().changed);
    editor.undo();
    assert.deepEqual(trackIds(editor.view.get().template.tracks), []);
    assert.equal(editor.view.get().canUndo, false);
    editor.redo();
    assert.equal(editor.view.get().template, made);
  });

  test('a masked part is neither played nor saved, and comes back', () => {
    const editor = new Editor(lifted());
    editor.toggleMask('rightArm');
    assert.deepEqual(trackIds(editor.effective.tracks), []);
    editor.toggleMask('rightArm');
    assert.deepEqual(editor.effective, editor.view.get().template);
  });

  test('time stays inside and on frames; jumping finds the keys', () => {
    const editor = new Editor(lifted());
    editor.seek(0.51);
    assert.equal(editor.view.get().t, 0.5);
    editor.seek(99);
    assert.equal(editor.view.get().t, 2);
    editor.jump(-1);
    assert.equal(editor.view.get().t, 1);
  });
});

test('ids come out of titles in any script', () => {
  assert.equal(slugOf('Héllo, there!'), 'hello-there');
  assert.equal(slugOf('挥手'), 'gesture');
});
