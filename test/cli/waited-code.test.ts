import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { EXIT } from '../../src/cli/context.ts';
import { waitedCode } from '../../src/cli/waited-code.ts';
import { type Phase, PHASES } from '../../src/api/types.ts';
import { hasCode } from '../../src/domain/errors.ts';
import { isFinished } from '../../src/domain/task.ts';
import { task } from '../domain/builders.ts';
import { Deferred } from '../support/deferred.ts';
import { openWorld, type Outcome, type World } from './world.ts';

const CODES: Record<Phase, number> = {
  Pending: EXIT.error,
  Creating: EXIT.error,
  Running: EXIT.error,
  Completed: EXIT.ok,
  Failed: EXIT.failed,
  Timeout: EXIT.timeout,
  Stopped: EXIT.stopped,
};

const of = (phase: Phase) => task({ status: { phase } });

describe('the exit code of a wait', () => {
  for (const phase of PHASES)
    it(`is ${CODES[phase]} for a task that is ${phase}`, () =>
      assert.equal(
        waitedCode(of(phase), { reached: true, deleted: false, session: of(phase) }),
        CODES[phase],
      ));
  for (const phase of PHASES)
    it(`is 130 for a task that was ${phase} when the wait was stopped`, () =>
      assert.equal(waitedCode(of(phase), { reached: false, deleted: false, session: of(phase) }), 130));
  it('is 130 for a task that was never seen', () =>
    assert.equal(waitedCode(task(), { reached: false, deleted: false }), 130));
  it('is that of NotFound for a task that was deleted, whatever was seen of it before', () => {
    const seen = { reached: true, deleted: true, session: of('Completed') };
    assert.throws(
      () => waitedCode(task(), seen),
      (error) => hasCode(error, 'NotFound'),
    );
  });
  it('is 0 for another state that was waited for', () =>
    assert.equal(
      waitedCode(task(), { reached: true, deleted: false, session: of('Failed') }, isFinished),
      0,
    ));
});

/** Every verb that waits for a task, as it is typed, and what it says once it waits. */
const VERBS: readonly [verb: string, args: string[], waits?: RegExp][] = [
  ['create --wait', ['create', 'x', '--wait'], /created/],
  ['create --watch', ['create', 'x', '--watch'], /Creating/],
  ['retry --wait', ['retry', 'old', '--wait'], /created/],
  ['retry --watch', ['retry', 'old', '--watch'], /Creating/],
  ['wait', ['wait', 'x']],
  ['wait --for=ended', ['wait', 'x', '--for=ended']],
  ['wait --timeout', ['wait', 'x', '--timeout=1h']],
  ['watch', ['watch', 'x'], /Running/],
  ['cancel', ['cancel', 'x'], /Stopping/],
  ['logs -f', ['logs', 'x', '-f']],
];

/** What becomes of a task that a verb waits for: the exit code of all of them. */
const ENDS: readonly [what: string, act: (world: World) => Promise<void>][] = [
  [
    'deleted',
    async (world) => {
      for (const { metadata } of await world.tasks()) await world.store.delete('AgenticSession', metadata);
    },
  ],
  [
    'taken away with its state folder',
    (world) => Promise.resolve(rmSync(world.paths.state, { recursive: true, maxRetries: 10 })),
  ],
];

describe('a task that a verb waits for', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  /** Runs a verb; resolves with its outcome to come as soon as it waits. */
  async function run(
    [verb = '', ...rest]: readonly string[],
    waits?: RegExp,
  ): Promise<{ ends: Promise<Outcome> }> {
    const isNew = verb === 'create' || verb === 'retry';
    world.operate = isNew;
    if (verb === 'retry') await world.task('old', { status: { phase: 'Failed' } });
    if (!isNew) await world.task('x', { status: { phase: verb === 'logs' ? 'Pending' : 'Running' } });
    const options = verb === 'create' ? ['--repo', 'https://example.com/example-org/app', '-m', 'Do it'] : [];
    const said = new Deferred();
    const ends = world.run([verb, ...rest, ...options], ({ out, err }) => {
      if (waits?.test(out + err)) said.resolve();
    });
    // A verb that says nothing waits once it has made sure of the controller.
    if (waits) await Promise.race([said.promise, ends]);
    else while (world.ensured.length === 0) await new Promise((resolve) => setImmediate(resolve));
    return { ends };
  }

  for (const [verb, args, waits] of VERBS)
    for (const [what, act] of ENDS)
      it(`${verb}: one that is ${what} is exit code 5`, async () => {
        const { ends } = await run(args, waits);
        await act(world);
        const { code, err } = await ends;
        assert.equal(code, EXIT.notFound, err);
      });
});
