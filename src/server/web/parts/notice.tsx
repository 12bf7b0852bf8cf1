import type { ComponentChildren } from 'preact';
import { useNow } from '../hooks/clock.tsx';
import type { Refused } from '../net/api.ts';
import type { Connection } from '../net/keep-trying.ts';

type Tone = 'info' | 'good' | 'warning' | 'bad';

/** A box that says something; `bad` ones interrupt a screen reader. */
export function Notice({
  tone,
  title,
  children,
}: {
  tone: Tone;
  title?: string;
  children?: ComponentChildren;
}) {
  return (
    <div class={`notice notice-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {title && <strong class="notice-title">{title}</strong>}
      {children && <div class="break">{children}</div>}
    </div>
  );
}

/** What the server refused, in its words. */
export function Refusal({ refusal }: { refusal: Refused }) {
  const { title, message } = refusal.words;
  return (
    <Notice tone="bad" title={title}>
      {message}
    </Notice>
  );
}

/** Says when what is shown may be old, and until when the page waits before it tries again. */
export function ConnectionNotice({ connection, tryNow }: { connection: Connection; tryNow: () => void }) {
  const now = useNow();
  if (connection.state !== 'lost') return null;
  const seconds = Math.max(0, Math.ceil((connection.at - now) / 1000));
  return (
    <div class="notice notice-warning notice-row" role="status">
      <span>
        <strong>The server does not answer.</strong> What is shown here may be old.{' '}
        <span aria-hidden="true">{seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again …'}</span>
      </span>
      <button type="button" class="button" onClick={tryNow}>
        Try now
      </button>
    </div>
  );
}
