import { useEffect, useState } from 'preact/hooks';

/** Milliseconds for which it says that it has copied. */
const SAID = 2000;

/** Puts a text on the clipboard, and says so. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) return undefined;
    const timer = setTimeout(() => setSaid(undefined), SAID);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (): void => {
    // Over plain HTTP to another machine a browser has no clipboard for pages.
    const done = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
    done.then(
      () => setSaid('Copied'),
      () => setSaid('Select and copy it by hand'),
    );
  };
  return (
    <button type="button" class="button button-small" aria-label={said ?? `Copy ${what}`} onClick={copy}>
      <span role="status">{said ?? 'Copy'}</span>
    </button>
  );
}
