import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { TaskSummaryBody } from '../../shapes/task-shapes.ts';
import { at, Refused } from '../net/api.ts';
import { eventsOf } from '../net/streams.ts';
import type { Filters } from '../state/route.ts';
import { NO_TASKS, taskList } from '../state/task-list.ts';
import { useApi } from './session.ts';
import { useConnection } from './use-connection.ts';

interface Listed {
  items: TaskSummaryBody[];
  total: number;
}

/** Milliseconds in which changes are gathered before the list is asked again. */
const GATHER = 250;

/** A function that asks for another look soon, however often it is called. */
function useLooks(): [number, () => void] {
  const [look, setLook] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const again = (): void => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      setLook((before) => before + 1);
    }, GATHER);
  };
  return [look, again];
}

/** The tasks that pass the filters, as they change. Which ones these are the API says: it is asked again when one comes, goes or changes its phase. */
export function useTaskList(project: string, filters: Filters, limit: number) {
  const api = useApi();
  const [list, dispatch] = useReducer(taskList, NO_TASKS);
  const [refusal, setRefusal] = useState<Refused>();
  const [look, again] = useLooks();
  const query = new URLSearchParams({ ...filters, limit: String(limit) }).toString();

  useEffect(() => {
    const over = new AbortController();
    const load = async (): Promise<void> => {
      try {
        const listed = await api.json<Listed>(`${at.tasks(project)}?${query}`, { signal: over.signal });
        setRefusal(undefined);
        dispatch({ type: 'listed', ...listed });
      } catch (error) {
        if (!over.signal.aborted && error instanceof Refused) setRefusal(error);
      }
    };
    void load();
    return () => over.abort();
  }, [api, project, query, look]);

  const attempt = async (signal: AbortSignal, live: () => void): Promise<boolean> => {
    const response = await api.open(at.events(project), { signal });
    live();
    const phases = new Map<string, string>();
    let synced = false;
    for await (const { event, data } of eventsOf(response)) {
      if (signal.aborted) return true;
      if (event === 'synced') {
        synced = true;
        again();
        continue;
      }
      const task = JSON.parse(data) as TaskSummaryBody;
      const moved = event === 'deleted' || phases.get(task.uid) !== task.status;
      phases.set(task.uid, task.status);
      if (event === 'task') dispatch({ type: 'changed', task });
      if (synced && moved) again();
    }
    return false;
  };
  return { list, refusal, ...useConnection(attempt, [api, project]) };
}
