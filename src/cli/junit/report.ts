import type { AgenticSession } from '../../api/types.ts';
import {
  agentOf,
  baseBranchOf,
  isFinished,
  phaseOf,
  prUrlOf,
  repositoryOf,
  taskName,
} from '../../domain/task.ts';
import { type Case, type CaseOutcome, taskCases } from './cases.ts';
import { element, xmlDocument } from './xml.ts';

/** What a report tells of a task: its last state and its log, and what kept its end from being seen; or only why it could not be read. */
type Reported =
  { task: AgenticSession; log: readonly string[]; why?: string } | { error: string; name?: string };

/** A suite of tests: a task. */
export interface Suite {
  name: string;
  seconds: number;
  timestamp?: string;
  properties: [name: string, value: string | undefined][];
  cases: Case[];
}

function properties(task: AgenticSession): Suite['properties'] {
  const { metadata, spec, status = {} } = task;
  const [repo] = status.repos ?? [];
  return [
    ['task', taskName(task)],
    ['project', metadata.namespace],
    ['phase', phaseOf(task)],
    ['reason', status.reason],
    ['repository', repositoryOf(task)],
    ['base-branch', baseBranchOf(task)],
    ['agent', agentOf(task).type],
    ['template', spec.templateId],
    ['branch', repo?.branch],
    ['commit', repo?.commit],
    ['pull-request', prUrlOf(task)],
  ];
}

/** How long a task took that has ended; 0 where that is not known. */
function secondsOf(task: AgenticSession): number {
  const { startTime, completionTime } = task.status ?? {};
  const seconds = (Date.parse(completionTime ?? '') - Date.parse(startTime ?? '')) / 1000;
  return isFinished(task) && seconds > 0 ? seconds : 0;
}

/** The suite of a task. */
export function suiteOf(reported: Reported): Suite {
  if ('error' in reported) {
    const name = reported.name ?? 'bgtask';
    const only: Case = { name: 'task', classname: name, outcome: 'error', message: reported.error };
    return { name, seconds: 0, properties: [], cases: [only] };
  }
  const { task, log, why } = reported;
  const cases = taskCases(task, log, why);
  // The schema of JUnit allows a time without a zone only. The time is UTC.
  const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(task.status?.startTime ?? '')?.[0];
  return { name: taskName(task), seconds: secondsOf(task), timestamp, properties: properties(task), cases };
}

const time = (seconds: number): string => seconds.toFixed(3);

const counts = (cases: readonly Case[]): { tests: number; failures: number; errors: number } => {
  const of = (wanted: CaseOutcome): number => cases.filter(({ outcome }) => outcome === wanted).length;
  return { tests: cases.length, failures: of('failure'), errors: of('error') };
};

function caseElement({ name, classname, seconds, outcome, type, message, text }: Case): string[] {
  const values = { name, classname, time: time(seconds ?? 0) };
  if (outcome === 'passed') return element('testcase', values);
  const said = outcome === 'skipped' ? { message } : { message, type };
  return element('testcase', values, [element(outcome, said, text)]);
}

function suiteElement({ name, seconds, timestamp, properties, cases }: Suite): string[] {
  const skipped = cases.filter(({ outcome }) => outcome === 'skipped').length;
  const values = { name, ...counts(cases), skipped, time: time(seconds), timestamp };
  const known = properties.filter(([, value]) => value);
  return element('testsuite', values, [
    ...(known.length > 0
      ? [
          element(
            'properties',
            {},
            known.map(([name, value]) => element('property', { name, value })),
          ),
        ]
      : []),
    ...cases.map(caseElement),
  ]);
}

/** A JUnit report as Jenkins, GitLab and dorny/test-reporter read it: a suite a task, a case a check. */
export function junitXml(suites: readonly Suite[]): string {
  const cases = suites.flatMap((suite) => suite.cases);
  const seconds = suites.reduce((sum, suite) => sum + suite.seconds, 0);
  const values = { name: 'bgtask', ...counts(cases), time: time(seconds) };
  return xmlDocument(element('testsuites', values, suites.map(suiteElement)));
}
