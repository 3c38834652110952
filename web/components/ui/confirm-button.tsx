'use client';
import { useState, type ReactNode } from 'react';
import { useText } from '../../lib/preferences.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

type Props = {
  /** What the button does, read out and shown when pointed at. */
  readonly label: string;
  /** The question, what is lost, and the word that does it. */
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly look?: 'quiet' | 'plain';
  readonly size?: 'icon' | 'small' | 'normal';
  readonly className?: string;
  readonly onConfirm: () => void;
  readonly children: ReactNode;
};

/** What can't be taken back is asked for once more. */
export function ConfirmButton(props: Props) {
  const t = useText();
  const [asking, setAsking] = useState(false);
  const { label, title, text, confirm, look = 'quiet', size = 'icon', onConfirm, children } = props;
  return (
    <>
      <Button
        look={look}
        size={size}
        aria-label={label}
        title={label}
        className={props.className}
        onClick={() => setAsking(true)}
      >
        {children}
      </Button>
      <Dialog open={asking} title={title} onClose={() => setAsking(false)}>
        <p className="mt-2 text-ink-2">{text}</p>
        <div className="mt-6 flex flex-wrap justify-end gap-2">
          <Button onClick={() => setAsking(false)}>{t.keep}</Button>
          <Button
            look="live"
            autoFocus
            onClick={() => {
              setAsking(false);
              onConfirm();
            }}
          >
            {confirm}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
