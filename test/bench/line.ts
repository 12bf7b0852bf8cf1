import type { AgenticSession } from '../../src/api/types.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import { AdmissionBook } from '../../src/operator/admission-book.ts';

/** What a line of so many tasks costs the operator in an hour, and whom it serves. */
export interface LineFigures {
  waiting: number;
  users: number;
  /** Tasks that started within the hour. */
  started: number;
  /** Status writes for each task that started: places that are told, and the start itself. */
  writes: number;
  /** Ms of processor for each task that ended. */
  cpuMs: number;
  /** Different users served, for each start: 1 when no user is served twice before all are. */
  servedUsers: number;
  /** Starts of the project that had most, divided by those of the one that had least; it has a tenth of the tasks of the first. */
  spread: number;
}

const MINUTE = 60_000;
const BEGIN = Date.UTC(2026, 0, 1);
const PROJECTS = 10;
const LIMITS = { ...defaultSettings().limits, perProject: 0 };

/** Tasks of one user come one after the other, user after user; half of all are in the first project. */
function task(at: number, users: number, total: number): AgenticSession {
  const user = Math.floor((at * users) / total);
  const project = user < users / 2 ? 0 : 1 + (user % (PROJECTS - 1));
  return {
    apiVersion: 'vteam.ambient-code/v1alpha1',
    kind: 'AgenticSession',
    metadata: {
      namespace: `team-${project}`,
      name: `task-${at}`,
      uid: `uid-${at}`,
      creationTimestamp: new Date(BEGIN + at).toISOString(),
    },
    spec: {
      mode: 'background',
      queue: true,
      repos: [{ input: { url: `https://git.example.com/o/r${at}`, branch: 'main' } }],
      userContext: { userId: `user-${user}@example.com` },
    },
  };
}

const keyOf = ({ metadata }: AgenticSession): string => `${metadata.namespace}/${metadata.name}`;

/** The operator's rule over an hour in which each task takes from 5 to 15 minutes, its clock and its input and output left out. */
export function line(waiting: number, users: number): LineFigures {
  const book = new AdmissionBook();
  const sessions = new Map<string, AgenticSession>();
  const running = new Map<string, number>();
  const served: AgenticSession[] = [];
  let [now, writes, ended] = [BEGIN + waiting, 0, 0];
  const look = (key: string): void => {
    writes++;
    const session = sessions.get(key);
    if (!session || !book.verdict(key, LIMITS).admitted) return;
    book.launch(key);
    const admitted = { type: 'Admitted', status: 'True', lastTransitionTime: new Date(now).toISOString() };
    const started = { ...session, status: { phase: 'Creating', conditions: [admitted] } };
    sessions.set(key, started);
    book.put(key, started);
    running.set(key, now + (5 + (served.length % 11)) * MINUTE);
    served.push(session);
  };
  for (let at = 0; at < waiting; at++) {
    const session = task(at, users, waiting);
    sessions.set(keyOf(session), session);
    book.put(keyOf(session), session);
  }
  for (const key of sessions.keys()) look(key);
  [writes] = [0];
  const first = served.length;
  const cpu = process.cpuUsage();
  for (; now < BEGIN + waiting + 60 * MINUTE; now += MINUTE / 60) {
    for (const [key, end] of running) {
      if (end > now) continue;
      running.delete(key);
      ended++;
      const session = sessions.get(key);
      if (session) book.put(key, { ...session, status: { ...session.status, phase: 'Completed' } });
      book.land(key);
      const news = [...book.news(LIMITS)];
      for (const next of news) look(next);
    }
  }
  const { user, system } = process.cpuUsage(cpu);
  const starts = served.length - first;
  const byProject = new Map<string, number>();
  for (const { metadata } of served)
    byProject.set(metadata.namespace, (byProject.get(metadata.namespace) ?? 0) + 1);
  return {
    waiting,
    users,
    started: starts,
    writes: writes / starts,
    cpuMs: (user + system) / 1000 / ended,
    servedUsers: new Set(served.map(({ spec }) => spec.userContext?.userId)).size / served.length,
    spread: Math.max(...byProject.values()) / Math.min(...byProject.values()),
  };
}
