import type { ReactNode } from 'react';

type Props = {
  readonly width: number;
  readonly height: number;
  readonly background: string;
  readonly children?: ReactNode;
  /** What lies over the whole stage, not only over the picture. */
  readonly overlay?: ReactNode;
};

/** A picture in its own shape, as large as the steady box around it allows. */
export function PictureFrame({ width, height, background, children, overlay }: Props) {
  const style = { '--ratio': String(width / height), backgroundColor: background };
  return (
    <div className="stage">
      <div className="stage-picture" style={style}>
        {children}
      </div>
      {overlay}
    </div>
  );
}
