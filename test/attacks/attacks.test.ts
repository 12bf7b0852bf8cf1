import type { Attack } from './attack.ts';
import { attempt, type Sandbox } from './attempt.ts';
import { inLanes } from './lanes.ts';
import { ATTACKS } from './rows/table.ts';

/** Tasks at once. Each waits most of its time for small programs to start. */
const LANES = 4;

const chosen = (attacks: readonly Attack[]): Attack[] => {
  const only = process.env['BGTASK_ATTACKS'];
  return attacks.filter(({ name }) => only === undefined || new RegExp(only).test(name));
};

function table(sandbox: Sandbox, attacks: readonly Attack[]): void {
  const begun = new Map<Attack, Promise<void>>();
  before(() => {
    inLanes(attacks, LANES, (attack) => attempt(attack, sandbox)).forEach((result, at) => {
      const attack = attacks[at];
      if (attack) begun.set(attack, result);
    });
  });
  for (const attack of attacks)
    it(`${attack.name}: ${attack.outcome}`, async () => {
      // A second try (see .mocharc.cjs) is a new attempt.
      const first = begun.get(attack);
      begun.delete(attack);
      await (first ?? attempt(attack, sandbox));
    }).timeout(300_000);
}

const today = Boolean(process.env['BGTASK_ATTACKS_TODAY']);

describe('attacks on a task in a room', () =>
  table(
    'required',
    chosen(ATTACKS).filter(({ roomOnly }) => !today || !roomOnly),
  ));

describe('attacks on a task without a sandbox', () =>
  table(
    'off',
    chosen(ATTACKS).filter(({ needs, roomOnly }) => needs === 'room' && !roomOnly),
  ));
