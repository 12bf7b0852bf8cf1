import { isTask } from '../domain/task.ts';
import type { Observed, Plan, Policy } from './plan.ts';
import { admission } from './policies/admission.ts';
import { cancellation } from './policies/cancellation.ts';
import { deadline } from './policies/deadline.ts';
import { finished } from './policies/finished.ts';
import { launched } from './policies/launched.ts';
import { lost } from './policies/lost.ts';
import { outcome } from './policies/outcome.ts';
import { running } from './policies/running.ts';
import { stuck } from './policies/stuck.ts';
import { validity } from './policies/validity.ts';

/** The rules in order; the first that applies decides the pass. */
const POLICIES: readonly Policy[] = [
  finished, // a task at its end: keep the log, clear the Job away, delete when its time has come
  outcome, // the Job has finished: say how
  lost, // the Job was there and is gone
  cancellation, // a user wants it stopped
  deadline, // its time is over
  stuck, // it cannot go on
  running, // its Job runs: show how far it is
  launched, // its Job was started by a pass whose status was never written
  validity, // what it asks for is not allowed here
  admission, // start it, let it wait, or refuse it
];

/** What to do about a task, from what was observed of it. Pure: the same observation gives the same plan. */
export function decide(observed: Observed): Plan {
  if (!isTask(observed.session)) return { rule: 'not-background', actions: [] };
  for (const policy of POLICIES) {
    const plan = policy(observed);
    if (plan) return plan;
  }
  return { rule: 'nothing-to-do', actions: [] };
}
