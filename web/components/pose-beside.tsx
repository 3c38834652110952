'use client';
import { useEffect, useRef, useState } from 'react';
import { createPose, readPose } from '../../server/protocol/pose.ts';
import { SkeletonMap } from '../../server/render/skeleton/skeleton-map.ts';
import { useText } from '../lib/preferences.tsx';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import type { Viewing } from '../lib/viewing.ts';

/** Rows of the map; as wide as the picture asks for. */
const ROWS = 320;

/** The pose's OpenPose map as networks get it, and beside it the picture that comes of it. */
export function PoseBeside({ viewing }: { readonly viewing: Viewing }) {
  const t = useText().network;
  const { width, height } = useStore(viewing.snapshot) ?? { width: 1, height: 1 };
  const columns = Math.round((ROWS * width) / height);
  const shape = { aspectRatio: `${width} / ${height}` };
  return (
    <div className="mt-3 grid grid-cols-2 gap-2">
      <figure>
        <PoseMap key={columns} viewing={viewing} columns={columns} />
        <figcaption className="mt-1 text-xs text-ink-2">{t.poseMap}</figcaption>
      </figure>
      <figure>
        <Picture viewing={viewing} shape={shape} />
        <figcaption className="mt-1 text-xs text-ink-2">{t.picture}</figcaption>
      </figure>
    </div>
  );
}

function PoseMap({ viewing, columns }: { readonly viewing: Viewing; readonly columns: number }) {
  const t = useText().network;
  const { client } = useStudio();
  const { sessionId } = viewing;
  const canvas = useRef<HTMLCanvasElement>(null);
  const connection = useStore(client.connection);
  const [map] = useState(() => new SkeletonMap(columns, ROWS));
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || connection !== 'online') return;
    const pose = createPose();
    const image = context.createImageData(columns, ROWS);
    const off = client.on('motion:pose', (event) => {
      if (event.sessionId !== sessionId) return;
      readPose(new Float32Array(new Uint8Array(event.pose).buffer), pose);
      writeRgba(map.draw(pose), image.data);
      context.putImageData(image, 0, 0);
    });
    const watch = (on: boolean) =>
      // The session may be over, the line cut: then there is nothing to watch.
      client.request('motion:watch', { sessionId, on }).catch(() => undefined);
    void watch(true);
    return () => {
      off();
      void watch(false);
    };
  }, [client, connection, sessionId, columns, map]);
  return (
    <canvas
      ref={canvas}
      width={columns}
      height={ROWS}
      role="img"
      aria-label={t.poseMap}
      className="w-full rounded-lg bg-black"
    />
  );
}

function Picture({
  viewing,
  shape,
}: {
  readonly viewing: Viewing;
  readonly shape: { readonly aspectRatio: string };
}) {
  const t = useText().network;
  const video = useRef<HTMLVideoElement>(null);
  const stream = useStore(viewing.keeper.peer)?.stream ?? null;
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  return (
    <video
      ref={video}
      muted
      autoPlay
      playsInline
      aria-label={t.picture}
      style={shape}
      className="w-full rounded-lg bg-sunken"
    />
  );
}

function writeRgba(rgb: Uint8Array, rgba: Uint8ClampedArray): void {
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    rgba[to] = rgb[from]!;
    rgba[to + 1] = rgb[from + 1]!;
    rgba[to + 2] = rgb[from + 2]!;
    rgba[to + 3] = 255;
  }
}
