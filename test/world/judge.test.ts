import assert from 'node:assert/strict';
import type { HandStep } from './by-hand.ts';
import type { ByTask } from './by-task.ts';
import { type Case, judge } from './judge.ts';
import type { Chore } from './repositories.ts';

const step = (exitCode: number, output = ''): HandStep => ({ command: 'npm test', exitCode, output });
const chore = (given: Partial<Chore>): Chore => ({
  kind: 'harmless',
  run: 'true',
  end: 'proven',
  reasons: [],
  names: [],
  logged: [],
  ...given,
});

interface Given {
  chore?: Partial<Chore>;
  /** Of the change; of the base. */
  hand?: HandStep[];
  base?: HandStep[];
  notReady?: HandStep;
  task: { phase: string; reason?: string; error?: string; validated?: [string, string]; result?: string };
  pullRequest?: string;
  command?: string;
}

function caseOf({ chore: own = {}, hand = [step(0)], base, notReady, task, ...rest }: Given): Case {
  const { phase, reason, error, validated, result = 'passed' } = task;
  const conditions = validated
    ? [{ type: 'Validated', status: validated[0], reason: validated[1], message: '', lastTransitionTime: '' }]
    : [];
  const checks = [{ name: 'test', command: rest.command ?? 'npm test', result }];
  return {
    repository: {
      name: 'app',
      group: 'npm',
      source: { kind: 'npm', package: 'app', version: '1.0.0' },
      tools: [],
      packages: [],
      named: [],
      quick: false,
      why: '',
      checks: [{ run: 'npm test' }],
      chores: [chore(own)],
    },
    chore: chore(own),
    hand: {
      chores: notReady ? [] : [{ kind: own.kind ?? 'harmless', checks: hand }],
      base,
      notReady,
    },
    task: {
      exitCode: 0,
      seconds: 1,
      status: { phase, reason, error, conditions, checks } as ByTask['status'],
      pullRequest: rest.pullRequest ?? (phase === 'Completed' ? 'Automated changes' : ''),
      log: '',
    },
  };
}

const COMPLETED = { phase: 'Completed', validated: ['True', 'ChecksPassed'] } satisfies Given['task'];
const broken = { kind: 'breaking', end: 'broken', names: ['adds'] } satisfies Partial<Chore>;
const failed = (error: string): Given['task'] => ({
  phase: 'Failed',
  reason: 'ValidationFailed',
  error,
  result: 'failed',
});

const CASES: readonly [name: string, given: Given, faults: readonly RegExp[]][] = [
  ['what passes by hand and ends proven is right', { task: COMPLETED }, []],
  [
    'what passes by hand and fails here is a fault',
    { task: failed('Tests failed') },
    [/^end: ended broken, not proven: Tests failed/],
  ],
  [
    'what fails by hand and is published as proven is a claim',
    { chore: broken, hand: [step(1, 'not ok adds')], base: [step(0)], task: COMPLETED },
    [/^end: ended proven, not broken/, /^claim: .*passes before the change and fails after it/],
  ],
  [
    'what fails by hand and names the same test is right',
    { chore: broken, hand: [step(1, 'not ok adds')], task: failed('Tests failed: adds') },
    [],
  ],
  [
    'a failure that does not name the test is a fault',
    {
      chore: broken,
      hand: [step(1, 'not ok adds')],
      task: failed('Tests failed: npm test exited with code 1'),
    },
    [/^names: "adds" is not named/],
  ],
  [
    'a change that breaks nothing by hand is a fault of the data',
    { chore: broken, hand: [step(0)], task: failed('Tests failed: adds') },
    [/^data: by hand, every check passes/, /^data: by hand, no check names "adds"/],
  ],
  [
    'an install that fails by hand is a fault of the data where a proof is expected',
    { notReady: step(1, 'no such package'), task: COMPLETED },
    [/^data: by hand, the install fails: no such package/],
  ],
  [
    'a program that is missing, and is named, is right',
    {
      chore: { end: 'environment', names: ['composer'], reasons: ['CheckNotRunnable'] },
      task: { phase: 'Failed', reason: 'CheckNotRunnable', error: 'composer is not installed' },
    },
    [],
  ],
  [
    'another reason than the expected one is a fault',
    {
      chore: { end: 'environment', reasons: ['CheckNotRunnable'] },
      task: { phase: 'Failed', reason: 'EnvironmentNotReady', error: 'npm ci failed' },
    },
    [/^end: the reason is EnvironmentNotReady, not CheckNotRunnable/],
  ],
  [
    'a check that a person runs and the task does not is a fault',
    { command: 'npm run lint', task: COMPLETED },
    [/^commands: npm test was not run; run were: npm run lint/],
  ],
  [
    'a proof without a check that passed is a claim',
    { task: { ...COMPLETED, result: 'failed' } },
    [/^claim: Validated is True though no check passed/],
  ],
  [
    'an unproven pull request that does not say so is a claim',
    {
      chore: { end: 'unproven' },
      hand: [step(1)],
      base: [step(1)],
      task: { phase: 'Completed', validated: ['False', 'BaselineFailing'], result: 'failed' },
    },
    [/^claim: the pull request does not say that it is unproven/],
  ],
  [
    'an unproven pull request that says so is right',
    {
      chore: { end: 'unproven', reasons: ['BaselineFailing'] },
      hand: [step(1)],
      base: [step(1)],
      pullRequest: 'Nothing proves this change.',
      task: { phase: 'Completed', validated: ['False', 'BaselineFailing'], result: 'failed' },
    },
    [],
  ],
];

describe('the judge of the world', () => {
  for (const [name, given, wanted] of CASES)
    it(name, () => {
      const said = judge(caseOf(given)).map(({ kind, text }) => `${kind}: ${text}`);
      assert.equal(said.length, wanted.length, said.join('\n'));
      wanted.forEach((pattern, at) => assert.match(said[at] ?? '', pattern));
    });
});
