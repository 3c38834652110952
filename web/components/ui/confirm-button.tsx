'use client';
import { useState, type ReactNode } from 'react';
import { useText } from '../../lib/preferences.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

type Props = {
  /** What the button does, read out and shown when pointed at. */
  readonly label: string;
  /** What is to be deleted. */
  readonly name: string;
  /** What is lost, where it is not the thing alone. */
  readonly text?: string;
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
  const { label, name, text, look = 'quiet', size = 'icon', onConfirm, children } = props;
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
      <Dialog open={asking} title={t.confirm.title(name)} onClose={() => setAsking(false)}>
        <p className="mt-2 text-ink-2">{text ?? t.confirm.text}</p>
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
            {t.confirm.yes}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
