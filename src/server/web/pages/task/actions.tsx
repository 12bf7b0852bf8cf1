import { useState } from 'preact/hooks';
import type { TaskBody } from '../../../shapes/task-shapes.ts';
import { goTo } from '../../hooks/navigation.ts';
import { useApi } from '../../hooks/session.ts';
import { at, Refused } from '../../net/api.ts';
import { Notice, Refusal } from '../../parts/notice.tsx';
import { canRetry, hasEnded } from '../../../../domain/phases.ts';
import { pathOf } from '../../state/route.ts';

type Doing = 'nothing' | 'asking' | 'keeping' | 'cancelling' | 'retrying';
type Made = TaskBody & { warnings?: string[] };

/** Cancel and retry, whichever makes sense. */
export function Actions({ task, onCancelled }: { task: TaskBody; onCancelled: () => void }) {
  const api = useApi();
  const [doing, setDoing] = useState<Doing>('nothing');
  const [error, setError] = useState<Error>();
  const post = async (verb: 'cancel' | 'retry', then: (made: Made) => void): Promise<void> => {
    setError(undefined);
    try {
      then(await api.json<Made>(`${at.task(task.project, task.name)}/${verb}`, { method: 'POST' }));
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    }
    setDoing('nothing');
  };
  const cancel = (): void => {
    setDoing('cancelling');
    void post('cancel', onCancelled);
  };
  const retry = (): void => {
    setDoing('retrying');
    void post('retry', ({ project, name, warnings = [] }) => goTo(pathOf.task(project, name), { warnings }));
  };
  return (
    <div class="actions">
      {!hasEnded(task.status) && (
        <Cancel
          task={task}
          doing={doing}
          onAsk={() => setDoing('asking')}
          onKeep={() => setDoing('keeping')}
          onCancel={cancel}
        />
      )}
      {canRetry(task.status) && (
        <button
          type="button"
          class="button button-main"
          aria-disabled={doing === 'retrying'}
          onClick={doing === 'retrying' ? undefined : retry}
        >
          {doing === 'retrying' ? 'Retrying …' : 'Retry'}
        </button>
      )}
      {error instanceof Refused ? (
        <Refusal refusal={error} />
      ) : (
        error && <Notice tone="bad">{`${error.message} Nothing is known to have changed; try again.`}</Notice>
      )}
    </div>
  );
}

interface CancelProps {
  task: TaskBody;
  doing: Doing;
  onAsk: () => void;
  onKeep: () => void;
  onCancel: () => void;
}

/** Two presses, since what is cancelled is lost. The keyboard goes along. */
function Cancel({ task, doing, onAsk, onKeep, onCancel }: CancelProps) {
  if (task.cancelRequested || doing === 'cancelling')
    return (
      <span class="quiet" role="status" tabIndex={-1} ref={doing === 'cancelling' ? focusOnce : null}>
        Stopping …
      </span>
    );
  if (doing !== 'asking')
    return (
      <button
        type="button"
        class="button button-bad"
        key="ask"
        ref={doing === 'keeping' ? focusOnce : null}
        onClick={onAsk}
      >
        Cancel
      </button>
    );
  return (
    <span
      class="ask"
      role="group"
      aria-label="Cancel this task?"
      onKeyDown={(event) => event.key === 'Escape' && onKeep()}
    >
      <span>Stop this task? Its work so far is lost.</span>
      <button type="button" class="button button-bad" ref={focusOnce} onClick={onCancel}>
        Stop it
      </button>
      <button type="button" class="button" onClick={onKeep}>
        Keep it running
      </button>
    </span>
  );
}

const focusOnce = (element: HTMLElement | null): void => element?.focus();
