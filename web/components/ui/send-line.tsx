'use client';
import { Send } from 'lucide-react';
import { useId, useState } from 'react';
import { Button } from './button.tsx';

type Props = {
  /** What the line is for; read out. */
  readonly label: string;
  readonly placeholder: string;
  readonly send: string;
  /** What becomes of the words that were sent: written anew, or changed and sent again. */
  readonly sent: 'cleared' | 'kept';
  readonly onSend: (text: string) => void;
};

/** One line of words to write and send. */
export function SendLine({ label, placeholder, send, sent, onSend }: Props) {
  const id = useId();
  const [text, setText] = useState('');
  const words = text.trim();
  return (
    <form
      className="flex gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!words) return;
        onSend(words);
        if (sent === 'cleared') setText('');
      }}
    >
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <input
        id={id}
        value={text}
        maxLength={500}
        placeholder={placeholder}
        onChange={(event) => setText(event.target.value)}
        className="h-8 min-w-0 flex-1 rounded-lg border border-line-strong bg-surface px-2.5 text-[13px]"
      />
      <Button
        type="submit"
        size="small"
        look="primary"
        aria-label={send}
        title={send}
        disabled={!words}
      >
        <Send aria-hidden className="size-4" />
      </Button>
    </form>
  );
}
