import { useEffect, useRef, useState } from 'preact/hooks';
import type { TaskBody } from '../../shapes/task-shapes.ts';
import { at } from '../net/api.ts';
import { eventsOf } from '../net/streams.ts';
import { useApi } from './session.ts';
import { useConnection } from './use-connection.ts';

/** A task as it is and as it changes. */
export function useTask(project: string, name: string) {
  const api = useApi();
  const [task, setTask] = useState<TaskBody>();
  const [deleted, setDeleted] = useState(false);
  const seen = useRef<string | undefined>(undefined);
  useEffect(() => {
    setTask(undefined);
    setDeleted(false);
    seen.current = undefined;
  }, [project, name]);
  const attempt = async (signal: AbortSignal, live: () => void): Promise<boolean> => {
    const headers: Record<string, string> =
      seen.current === undefined ? {} : { 'Last-Event-ID': seen.current };
    const response = await api.open(`${at.task(project, name)}/events`, { signal, headers });
    live();
    if (response.status === 204) return true;
    for await (const { event, data, id } of eventsOf(response)) {
      if (signal.aborted) return true;
      if (id !== undefined) seen.current = id;
      if (event === 'task') setTask(JSON.parse(data) as TaskBody);
      if (event === 'deleted') setDeleted(true);
      if (event === 'end') return true;
    }
    return false;
  };
  /** The stream may have told more already than the answer to the cancel would. */
  const cancelled = (): void => setTask((now) => now && { ...now, cancelRequested: true });
  return { task, deleted, cancelled, ...useConnection(attempt, [api, project, name]) };
}
