import type { Switch } from '../hooks/use-session.ts';
import { useTitle } from '../hooks/use-title.ts';

/** Asks whether a link may sign another user in. */
export function SwitchUser({
  asked,
  onAnswer,
}: {
  asked: Switch;
  onAnswer: (asked: Switch, isWanted: boolean) => void;
}) {
  useTitle('Switch user');
  return (
    <div class="narrow stack">
      <h1>Switch to another user?</h1>
      <p>
        You are signed in as <strong class="break">{asked.from}</strong>. The link that you opened signs you
        in as <strong class="break">{asked.to}</strong>, in all tabs of this browser.
      </p>
      <p class="stack">
        <button type="button" class="button button-main" onClick={() => onAnswer(asked, false)}>
          Stay signed in as {asked.from}
        </button>
        <button type="button" class="button" onClick={() => onAnswer(asked, true)}>
          Switch to {asked.to}
        </button>
      </p>
    </div>
  );
}
