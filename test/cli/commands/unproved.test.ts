import assert from 'node:assert/strict';
import type { AgenticSession, SessionStatus } from '../../../src/api/types.ts';
import { openWorld, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

describe('a task whose change is not proved', () => {
  const UNPROVEN: SessionStatus = {
    phase: 'Completed',
    progress: 100,
    conditions: [
      {
        type: 'Validated',
        status: 'False',
        reason: 'BaselineFailing',
        message: 'Tests failed before the change too.',
      },
    ],
  };
  const SAYS =
    /the change of task "x" is not proved \(BaselineFailing\): Tests failed before the change too\./;

  for (const verb of ['watch', 'wait'])
    it(`${verb} says so, and exits with 0`, async () => {
      await world.task('x', { status: UNPROVEN });
      const { code, err } = await world.run([verb, 'x']);
      assert.equal(code, 0);
      assert.match(err, SAYS);
    });

  it('create --wait says so, and exits with 0', async () => {
    world.operate = true;
    const url = 'https://example.com/example-org/app';
    const waiting = world.run(['create', 'x', '--repo', url, '-m', 'Do it', '--wait']);
    let made: AgenticSession | undefined;
    while (!made) {
      await new Promise((resolve) => setImmediate(resolve));
      made = (await world.tasks()).find(({ status }) => status?.phase === 'Creating');
    }
    await world.status(made, UNPROVEN);
    const { code, err } = await waiting;
    assert.equal(code, 0);
    assert.match(err, SAYS);
  });
});
