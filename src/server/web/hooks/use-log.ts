import { useState } from 'preact/hooks';
import type { TaskBody } from '../../shapes/task-shapes.ts';
import { at } from '../net/api.ts';
import { textOf } from '../net/streams.ts';
import { appendLog, EMPTY_LOG, type LogLines } from '../state/log-lines.ts';
import { hasEnded } from '../../../domain/phases.ts';
import { useApi } from './session.ts';
import { useConnection } from './use-connection.ts';

/** Lines of a log that are asked for; the rest is a download away. */
const TAIL = 5000;

/** A task's log: followed while it runs, read once more when it has ended. What is shown stays until there is something newer. */
export function useLog({ project, name, status }: Pick<TaskBody, 'project' | 'name' | 'status'>) {
  const api = useApi();
  const [log, setLog] = useState<LogLines>(EMPTY_LOG);
  const ended = hasEnded(status);
  const attempt = async (signal: AbortSignal, live: () => void): Promise<boolean> => {
    const query = `tail=${TAIL}${ended ? '' : '&follow=true'}`;
    const response = await api.open(`${at.task(project, name)}/logs?${query}`, { signal });
    live();
    let lines = EMPTY_LOG;
    for await (const text of textOf(response)) {
      if (signal.aborted) return true;
      lines = appendLog(lines, text);
      setLog(lines);
    }
    return ended;
  };
  return { log, ...useConnection(attempt, [api, project, name, ended]) };
}
