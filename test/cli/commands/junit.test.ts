import assert from 'node:assert/strict';
import type { AgenticSession } from '../../../src/api/types.ts';
import { COMPLETED, failuresIn, PR, REFUSED } from '../ci/tasks.ts';
import { Deferred } from '../../support/deferred.ts';
import { assertJunit } from '../junit/junit-rules.ts';
import { below, readXml } from '../junit/read-xml.ts';
import { openWorld, type Outcome, type World } from '../world.ts';

const CREATE = ['create', 'x', '--repo', 'https://example.com/example-org/app', '-m', 'Do it'];

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

/** `x/lint: failure` for each case of a report on standard output. */
function casesOf({ out }: Outcome): string[] {
  const root = readXml(out);
  assertJunit(root);
  return below(root, 'testcase').map(({ attributes, children: [end] }) => {
    const { classname, name } = attributes;
    return `${classname}/${name}: ${end?.name ?? 'passed'}`;
  });
}

/** The outcome of a command that makes a task and waits for it, once `act` has been done to the task. */
async function making(args: readonly string[], act: (task: AgenticSession) => unknown): Promise<Outcome> {
  world.operate = true;
  const said = new Deferred();
  const waiting = world.run(args, ({ err }) => void (err.includes(' created\n') && said.resolve()));
  await said.promise;
  const made = (await world.tasks()).find(({ status }) => status?.phase === 'Creating');
  assert.ok(made);
  await act(made);
  return waiting;
}

describe('-o junit', () => {
  for (const verb of ['wait', 'describe'])
    it(`${verb} reports on each task that is named, and on one that is not found`, async () => {
      world.archive(
        await world.task('x', { status: REFUSED }),
        failuresIn('npm run lint', 'a.js: no').join('\n'),
      );
      await world.task('y', { status: COMPLETED });
      const found = await world.run([verb, 'x', 'y', '-o', 'junit']);
      assert.deepEqual(casesOf(found), ['x/lint: failure', 'y/test: passed']);
      assert.equal(below(readXml(found.out), 'failure')[0]?.text, 'a.js: no');
      assert.equal(found.code, verb === 'wait' ? 3 : 0);
      const missing = await world.run([verb, 'y', 'gone', '-o', 'junit']);
      assert.deepEqual([missing.code, casesOf(missing)], [5, ['y/test: passed', 'bgtask/task: error']]);
    });

  it('of a task that has not ended is an error', async () => {
    await world.task('x', { status: { phase: 'Running', checks: COMPLETED.checks } });
    const expected = ['x/test: passed', 'x/task: error'];
    assert.deepEqual(casesOf(await world.run(['describe', 'x', '-o', 'junit'])), expected);
    const waited = await world.run(['wait', 'x', '--timeout=1ms', '-o', 'junit']);
    assert.deepEqual([waited.code, casesOf(waited)], [124, expected]);
    assert.deepEqual(casesOf(await world.run(['wait', 'x', '--for=running', '-o', 'junit'])), expected);
  });

  it('wait --any reports on the task that it waited for', async () => {
    await world.task('x', { status: { phase: 'Running' } });
    await world.task('y', { status: COMPLETED });
    const { code, ...outcome } = await world.run(['wait', 'x', 'y', '--any', '-o', 'junit']);
    assert.deepEqual([code, casesOf({ code, ...outcome })], [0, ['y/test: passed']]);
  });

  it('create --wait: standard output is the report, the URL is said', async () => {
    const outcome = await making([...CREATE, '--wait', '-o', 'junit'], (task) =>
      world.status(task, COMPLETED),
    );
    assert.deepEqual([outcome.code, casesOf(outcome)], [0, ['x/test: passed']]);
    assert.match(outcome.err, new RegExp(`^task/x created\nPull request: ${PR}\n`));
  });

  it('retry --wait reports on the new task', async () => {
    await world.task('x', { status: REFUSED });
    const args = ['retry', 'x', '--wait', '-o', 'junit'];
    const outcome = await making(args, (task) => world.status(task, REFUSED));
    assert.deepEqual([outcome.code, casesOf(outcome)], [3, ['x-retry-1/lint: failure']]);
  });

  it('create --wait of a task that is deleted meanwhile reports that', async () => {
    const outcome = await making([...CREATE, '--wait', '-o', 'junit'], ({ metadata }) =>
      world.store.delete('AgenticSession', metadata),
    );
    assert.deepEqual([outcome.code, casesOf(outcome)], [5, ['x/task: error']]);
    assert.match(outcome.out, /<error message="Task &quot;x&quot; was deleted/);
  });

  it('create --wait that is interrupted reports that the task has not ended', async () => {
    const outcome = await making([...CREATE, '--wait', '-o', 'junit'], () => world.interrupt());
    assert.deepEqual([outcome.code, casesOf(outcome)], [130, ['x/task: error']]);
  });

  it('under GitHub Actions prints annotations on standard error too', async () => {
    world.env['GITHUB_ACTIONS'] = 'true';
    await world.task('x', { status: REFUSED });
    const outcome = await world.run(['wait', 'x', '-o', 'junit']);
    assert.deepEqual(casesOf(outcome), ['x/lint: failure']);
    assert.match(outcome.err, /^::error title=Linting::/m);
  });

  const REFUSALS: [args: string[], said: RegExp][] = [
    [[...CREATE, '-o', 'junit'], /needs --wait/],
    [[...CREATE, '--watch', '-o', 'junit'], /must be one of table, jsonl/],
    [['retry', 'x', '-o', 'junit'], /needs --wait/],
    [['retry', 'x', 'y', '--wait', '-o', 'junit'], /takes one task here/],
    [['list', '-o', 'junit'], /must be one of table/],
    [['cancel', 'x', '-o', 'junit'], /must be one of table/],
    [['template', 'describe', 'x', '-o', 'junit'], /must be one of table/],
    [['template', 'create', '-f', 'x', '-o', 'junit'], /must be one of table/],
  ];
  for (const [args, said] of REFUSALS)
    it(`${args.join(' ')} is refused before anything is done`, async () => {
      await world.task('x', { status: REFUSED });
      await world.task('y', { status: REFUSED });
      const { code, err } = await world.run(args);
      assert.equal(code, 2, err);
      assert.match(err, said);
      assert.equal((await world.tasks()).length, 2);
    });

  it('is in the list of formats of a command that knows it', async () => {
    const { err } = await world.run(['wait', 'x', '-o', 'xml']);
    assert.match(err, /must be one of table, wide, json, yaml, name, jsonl, junit, /);
  });
});
