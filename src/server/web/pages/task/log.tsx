import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { TaskBody } from '../../../shapes/task-shapes.ts';
import { useApi } from '../../hooks/session.ts';
import { useLog } from '../../hooks/use-log.ts';
import { at } from '../../net/api.ts';
import { hasEnded } from '../../../../domain/phases.ts';

/** Pixels from the end at which a reader still counts as being there. */
const NEAR = 32;

const isAtEnd = ({ scrollHeight, scrollTop, clientHeight }: HTMLElement): boolean =>
  scrollHeight - scrollTop - clientHeight < NEAR;

/** The log. It stays at its end as it grows, until the user scrolls up to read. */
export function Log({ task }: { task: TaskBody }) {
  const { log, connection } = useLog(task);
  const box = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(true);
  const toEnd = (): void => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(() => {
    if (follows) toEnd();
  }, [log, follows]);
  const empty = log.blocks.length === 0 && log.last === '';
  return (
    <section aria-labelledby="log-title">
      <div class="log-head">
        <h2 id="log-title">Log</h2>
        {!hasEnded(task.status) && connection.state === 'live' && <span class="quiet">live</span>}
        {connection.state === 'lost' && <span class="quiet">interrupted</span>}
        <span class="log-actions">
          {!follows && (
            <button type="button" class="button button-small" onClick={() => setFollows(true)}>
              To the end
            </button>
          )}
          {!empty && <Download task={task} />}
        </span>
      </div>
      <div
        class="log"
        role="log"
        aria-live="off"
        aria-labelledby="log-title"
        tabIndex={0}
        ref={box}
        onScroll={(event) => setFollows(isAtEnd(event.currentTarget))}
      >
        {empty && (
          <p class="quiet">
            {hasEnded(task.status) ? 'The log is empty.' : 'Nothing yet: it begins when the task starts.'}
          </p>
        )}
        {log.cut && <p class="quiet">Earlier lines are in the download.</p>}
        <pre>
          {log.blocks.map((block, index) => (
            <span key={index}>{block}</span>
          ))}
          <span key="last">{log.last}</span>
        </pre>
      </div>
    </section>
  );
}

/** Saves the whole log. A link cannot: it sends neither a token nor the header of the pages. */
function Download({ task }: { task: TaskBody }) {
  const api = useApi();
  const [says, setSays] = useState('Download');
  const save = async (): Promise<void> => {
    setSays('Downloading …');
    try {
      const response = await api.open(`${at.task(task.project, task.name)}/logs`);
      const url = URL.createObjectURL(await response.blob());
      const link = document.createElement('a');
      link.href = url;
      link.download = `${task.name}.log`;
      link.click();
      URL.revokeObjectURL(url);
      setSays('Download');
    } catch {
      setSays('Download failed; try again');
    }
  };
  return (
    <button type="button" class="button button-small" onClick={() => void save()}>
      {says}
    </button>
  );
}
