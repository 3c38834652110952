'use client';
import { useId, type ReactNode } from 'react';
import {
  ARKIT_NAMES,
  EASINGS,
  EMOTIONS,
  HAND_SHAPES,
  type ArkitName,
  type Emotion,
  type HandShape,
} from '../../../server/protocol/index.ts';
import type { Editor, EditorView } from '../../lib/editor/editor.ts';
import * as operations from '../../lib/editor/operations.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Check } from '../ui/check.tsx';
import { Field, Range, Select } from '../ui/field.tsx';
import { Segments } from '../ui/segments.tsx';

/** Everything about the gesture and about this moment of it that isn't dragged. */
export function Inspector({ editor }: { readonly editor: Editor }) {
  const view = useStore(editor.view);
  return (
    <div className="space-y-3">
      <About editor={editor} view={view} />
      <KeyBox editor={editor} view={view} />
      <Hands editor={editor} view={view} />
      <Head editor={editor} view={view} />
      <Face editor={editor} view={view} />
    </div>
  );
}

type Props = { readonly editor: Editor; readonly view: EditorView };

function Box({
  title,
  open,
  children,
}: {
  readonly title: string;
  readonly open?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <details
      open={open}
      className="rounded-card border border-line bg-surface px-4 py-3 shadow-card"
    >
      <summary className="text-[13px] font-semibold text-ink-2">{title}</summary>
      <div className="mt-3 space-y-3">{children}</div>
    </details>
  );
}

function About({ editor, view }: Props) {
  const t = usePageText();
  const { template } = view;
  const set = (change: Partial<typeof template>) => editor.change((now) => ({ ...now, ...change }));
  return (
    <Box title={t.editor.about} open>
      <Field
        label={t.editor.name}
        value={template.title.en}
        onChange={(en) => set({ title: { ...template.title, en } })}
      />
      <Field
        label={t.editor.nameZh}
        value={template.title.zh}
        onChange={(zh) => set({ title: { ...template.title, zh } })}
      />
      <Field
        label={t.editor.tags}
        value={template.tags.join(', ')}
        onChange={(text) =>
          set({
            tags: text
              .split(/[,，]\s*/)
              .filter(Boolean)
              .slice(0, 20),
          })
        }
      />
      <div className="flex gap-3">
        <Field
          label={t.editor.seconds}
          type="number"
          value={String(template.seconds)}
          onChange={(text) => {
            const seconds = Number(text);
            if (seconds >= 0.1 && seconds <= 60)
              editor.change((now) => operations.setLength(now, seconds));
          }}
        />
        <Select<Emotion>
          label={t.motion.emotion.title}
          value={template.emotion}
          values={EMOTIONS}
          titles={t.motion.emotion.names}
          onChange={(emotion) => set({ emotion })}
        />
      </div>
      <Check label={t.editor.loops} value={template.loop} onChange={(loop) => set({ loop })} />
    </Box>
  );
}

function KeyBox({ editor, view }: Props) {
  const t = usePageText().editor;
  const { selection, template } = view;
  const ease = selection && operations.easeAt(template, selection.ids, selection.t);
  return (
    <Box title={t.keyTitle} open>
      {selection && ease ? (
        <div className="flex flex-wrap items-center gap-2">
          <Segments
            label={t.easing}
            values={EASINGS}
            titles={t.easings}
            chosen={ease}
            onChoose={(next) =>
              editor.change((now) => operations.easeKeys(now, selection.ids, selection.t, next))
            }
          />
          <Button size="small" onClick={() => editor.deleteSelected()}>
            {t.deleteKey}
          </Button>
        </div>
      ) : (
        <p className="text-[13px] text-ink-2">{t.noKey}</p>
      )}
    </Box>
  );
}

const SIDES = ['right', 'left'] as const;
const PALMS = ['front', 'back'] as const;

function Hands({ editor, view }: Props) {
  const t = usePageText().editor;
  return (
    <Box title={t.handsTitle} open>
      {SIDES.map((side) => {
        const hand = operations.handAt(view.template, side, view.t);
        const set = (change: Partial<operations.HandPose>) =>
          editor.change((now) => operations.shapeHand(now, side, view.t, change));
        return (
          <div key={side} className="space-y-2">
            <div className="flex items-end gap-3">
              <Select<HandShape>
                label={t.handOf[side]}
                value={hand.shape ?? 'relaxed'}
                values={HAND_SHAPES}
                titles={t.shapes}
                onChange={(shape) => set({ shape })}
              />
              <Segments
                label={`${t.handOf[side]}: ${t.palm}`}
                values={PALMS}
                titles={t.palms}
                chosen={hand.palm}
                onChoose={(palm) => set({ palm })}
              />
            </div>
            <Range
              label={`${t.handOf[side]}: ${t.angle}`}
              min={-1.6}
              max={1.6}
              value={hand.angle}
              onGrab={() => editor.grab()}
              onDrop={() => editor.drop()}
              onChange={(angle) => set({ angle })}
            />
          </div>
        );
      })}
    </Box>
  );
}

const ANGLES = ['yaw', 'pitch', 'roll'] as const;

function Head({ editor, view }: Props) {
  const t = usePageText().editor;
  const head = operations.headAt(view.template, view.t);
  return (
    <Box title={t.lanes.head}>
      {ANGLES.map((angle) => (
        <Range
          key={angle}
          label={t.angles[angle]}
          min={-0.9}
          max={0.9}
          value={head[angle]}
          onGrab={() => editor.grab()}
          onDrop={() => editor.drop()}
          onChange={(value) =>
            editor.change((now) => operations.turnHead(now, view.t, { ...head, [angle]: value }))
          }
        />
      ))}
    </Box>
  );
}

/** What people reach for first; each moves one or several of the 52 weights together. */
const LOOKS = {
  smile: ['mouthSmileLeft', 'mouthSmileRight'],
  frown: ['mouthFrownLeft', 'mouthFrownRight'],
  open: ['jawOpen'],
  pucker: ['mouthPucker'],
  blink: ['eyeBlinkLeft', 'eyeBlinkRight'],
  wide: ['eyeWideLeft', 'eyeWideRight'],
  browsUp: ['browInnerUp', 'browOuterUpLeft', 'browOuterUpRight'],
  browsDown: ['browDownLeft', 'browDownRight'],
} as const satisfies Record<string, readonly ArkitName[]>;
const LOOK_NAMES = Object.keys(LOOKS) as (keyof typeof LOOKS)[];

function Face({ editor, view }: Props) {
  const t = usePageText().editor;
  const id = useId();
  const slider = (label: string, names: readonly ArkitName[]) => (
    <Range
      key={label}
      label={label}
      min={0}
      max={1}
      value={operations.weightAt(view.template, names[0]!, view.t)}
      onGrab={() => editor.grab()}
      onDrop={() => editor.drop()}
      onChange={(value) =>
        editor.change((now) =>
          names.reduce((done, name) => operations.setWeight(done, name, view.t, value), now),
        )
      }
    />
  );
  return (
    <Box title={t.lanes.face}>
      {LOOK_NAMES.map((name) => slider(t.looks[name], LOOKS[name]))}
      <details>
        <summary id={id} className="text-[13px] text-ink-2">
          {t.allWeights}
        </summary>
        <div className="mt-2 space-y-3" aria-labelledby={id}>
          {ARKIT_NAMES.map((name) => slider(name, [name]))}
        </div>
      </details>
    </Box>
  );
}
