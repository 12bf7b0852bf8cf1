import type { Attack } from './attack.ts';
import { attempt, type Judged, type Sandbox } from './attempt.ts';
import { inLanes } from './lanes.ts';
import { ATTACKS } from './rows/table.ts';
import { type Task, tasksOf } from './together.ts';

/** Tasks at once. Each waits a part of its time. */
const LANES = 4;
/** Rows that are tried without a sandbox too: one of this many. BGTASK_ATTACKS_OFF=all tries each. */
const ONE_OF = process.env['BGTASK_ATTACKS_OFF'] === 'all' ? 1 : 12;

/** BGTASK_ATTACKS is an expression of names, for a person who works at one of them. */
const chosen = (attacks: readonly Attack[]): Attack[] => {
  const only = new RegExp(process.env['BGTASK_ATTACKS'] ?? '');
  return attacks.filter(({ name }) => only.test(name));
};

function table(sandbox: Sandbox, attacks: readonly Attack[]): void {
  const tasks = tasksOf(attacks);
  const begun = new Map<Task, Promise<Judged>>();
  const tried = new Set<Attack>();
  before(() => {
    inLanes(tasks, LANES, (task) => attempt(task, sandbox)).forEach((result, at) => {
      const task = tasks[at];
      if (task) begun.set(task, result);
    });
  });
  for (const task of tasks)
    for (const attack of task.parts)
      it(`${attack.name}: ${sandbox === 'off' ? 'the pull request says that nothing was in its way' : attack.outcome}`, async () => {
        // A second try (see .mocharc.cjs) is a new attempt.
        const judged = await (tried.has(attack) ? attempt(task, sandbox) : begun.get(task));
        tried.add(attack);
        const error = judged?.get(attack);
        if (error !== undefined) throw error as Error;
      }).timeout(300_000);
}

describe('attacks on a task in a room', () => table('required', chosen(ATTACKS)));

describe('attacks on a task without a sandbox', () => {
  const able = chosen(ATTACKS).filter(({ needs, roomOnly }) => needs === 'room' && !roomOnly);
  const some = tasksOf(able).filter((_task, at) => at % ONE_OF === 0);
  table(
    'off',
    some.flatMap(({ parts }) => parts),
  );
});
