import type { Standing, Verdict } from '../../../src/domain/admission.ts';
import { failedReport } from '../../../src/domain/report.ts';
import { defaultSettings } from '../../../src/domain/settings.ts';
import { decide } from '../../../src/operator/decide.ts';
import type { Observed, Plan } from '../../../src/operator/plan.ts';
import { after, ended, good, job, RUNNING, STARTED, task } from '../../domain/builders.ts';

/** What a pass knows: a new task, no Job, room for it, ten minutes after the Job's start, unless told otherwise. */
export const observed = (parts: Partial<Observed> = {}): Observed => ({
  session: task(),
  job: undefined,
  admission: () => ({ admitted: true }),
  settings: defaultSettings(),
  now: after(600),
  ...parts,
});

/** The plan for it. */
export const planOf = (parts: Partial<Observed>): Plan => decide(observed(parts));

/** A plan in short: `rule: action, action -> phase reason`. */
export function short({ rule, actions, status }: Plan): string {
  const end = [status?.phase, status?.reason].filter(Boolean).join(' ');
  return `${rule}:${actions.map((action) => ` ${action}`).join(',')}${end ? ` -> ${end}` : ''}`;
}

export const JOB = 'chore-00000000-job';
export const cloned = ended(good('clone'));
export const published = job(
  {
    clone: cloned,
    work: ended(good('work')),
    publish: ended(good('publish', { repo: { status: 'pushed', prUrl: 'https://git.example.com/1' } })),
  },
  { finished: true },
);
export const failed = job(
  { clone: ended(failedReport('clone', 5, 'CloneFailed', 'No such repository.')) },
  { finished: true },
);
export const works = job({ clone: cloned, work: RUNNING });
export const stopped = job({ clone: cloned, work: ended(undefined, null) }, { finished: true });

export const running = task({ status: { phase: 'Running', jobName: JOB, startTime: STARTED } });
export const cancelled = task({ spec: { cancel: true }, status: running.status });
export const done = (phase: string, more: object = {}) =>
  task({ status: { phase, jobName: JOB, completionTime: STARTED, ...more } });
export const refused = {
  admitted: false,
  reason: 'ConcurrencyLimit',
  message: 'You already have 1 running background task.',
  waits: false,
} as const satisfies Verdict;
export const busy = () => refused;
export const inLine =
  (standing: Standing = { place: 2 }) =>
  () =>
    ({ admitted: false, waits: true, message: refused.message, ...standing }) as const satisfies Verdict;
