import assert from 'node:assert/strict';
import type { AgenticSession } from '../../../src/api/types.ts';
import { openWorld, type Outcome, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

type Act = () => unknown;

/** A watching list, to which things are done: each once its words were said after those before. The last ends it. */
async function watched(
  args: readonly string[],
  steps: readonly [words: RegExp, act: Act][],
): Promise<Outcome> {
  const left = [...steps];
  const outcome = await world.run(['list', '-w', ...args], ({ out, err }) => {
    const [next] = left;
    if (!next?.[0].test(out + err)) return;
    left.shift();
    void next[1]();
  });
  assert.deepEqual(left, [], outcome.out + outcome.err);
  return outcome;
}

const stop = (): void => world.interrupt();
const rows = ({ out }: Outcome): string[][] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/).slice(0, 3));
const RUNNING = { phase: 'Running', progress: 20 } as const;
const HEADER = ['TASK', 'PHASE', 'PROGRESS'];

describe('list --watch', () => {
  it('prints the newest first, then each row that changes, until Ctrl-C: exit code 130', async () => {
    await world.task('a', { created: '2026-01-31T10:00:00Z', status: { phase: 'Failed' } });
    const task = await world.task('b', { status: RUNNING });
    const outcome = await watched([], [
      [/a .*Failed/, () => world.status(task, { progress: 40 })],
      [/40%/, () => world.status(task, { phase: 'Completed', progress: 100 })],
      [/100%/, stop],
    ]); // prettier-ignore
    assert.deepEqual(rows(outcome), [
      HEADER,
      ['b', 'Running', '20%'],
      ['a', 'Failed', '0%'],
      ['b', 'Running', '40%'],
      ['b', 'Completed', '100%'],
    ]);
    assert.deepEqual([outcome.code, outcome.err], [130, '']);
    assert.equal(world.ensured[0], true);
  });

  it('prints nothing for a change that no column shows, and keeps its columns in line', async () => {
    const task = await world.task('a-long-name', { status: RUNNING });
    const { out } = await watched([], [
      [/20%/, async () => {
        await world.status(task, { logs: 'one\n' });
        await world.task('b', { status: { phase: 'Failed' } });
      }],
      [/b .*Failed/, stop],
    ]); // prettier-ignore
    const lines = out.trimEnd().split('\n');
    assert.equal(lines.filter((line) => line.startsWith('a-long-name')).length, 1);
    assert.equal(lines.at(-1)?.indexOf('Failed'), lines[0]?.indexOf('PHASE'));
  });

  it('says that nothing is there, and gives the header with the first row', async () => {
    const outcome = await watched([], [
      [/No tasks found/, () => world.task('a')],
      [/Pending/, stop],
    ]); // prettier-ignore
    assert.deepEqual(rows(outcome), [HEADER, ['a', 'Pending', '0%']]);
  });

  it('follows what passes the filter: a task that leaves it is shown once more, others never', async () => {
    const task = await world.task('a', { status: RUNNING });
    const outcome = await watched(['--status=running'], [
      [/Running/, async () => {
        await world.task('b', { status: { phase: 'Failed' } });
        await world.status(task, { phase: 'Completed' });
      }],
      [/Completed/, async () => {
        await world.status(task, { progress: 100 });
        await world.task('c', { status: RUNNING });
      }],
      [/c .*Running/, stop],
    ]); // prettier-ignore
    assert.deepEqual(rows(outcome).map(([name]) => name), ['TASK', 'a', 'a', 'c']); // prettier-ignore
  });

  it('says that a task was deleted', async () => {
    const task = await world.task('a');
    const { err } = await watched([], [
      [/Pending/, () => world.store.delete('AgenticSession', task.metadata)],
      [/deleted/, stop],
    ]); // prettier-ignore
    assert.equal(err, 'task/a deleted\n');
  });

  it('of names shows these alone, and says which is not there', async () => {
    await world.task('a', { status: RUNNING });
    await world.task('b', { status: RUNNING });
    const { out, err } = await watched(['b', 'gone', '--no-headers'], [[/b .*Running/, stop]]);
    assert.match(out, /^b .*\n$/);
    assert.match(err, /^error: Task "gone" not found/);
  });

  it('-o name prints names, -o jsonl each version of the object', async () => {
    const task = await world.task('a', { status: RUNNING });
    const end = (): Promise<AgenticSession> => world.status(task, { phase: 'Completed' });
    const names = await watched(['-q', '--limit', '1'], [[/a/, end], [/a\na/, stop]]); // prettier-ignore
    assert.equal(names.out, 'a\na\n');
    const again = await world.task('b', { status: RUNNING });
    const { out } = await watched(['b', '-o', 'jsonl'], [
      [/Running/, () => world.status(again, { logs: 'one\n' })],
      [/one/, stop],
    ]); // prettier-ignore
    assert.deepEqual(
      out.trimEnd().split('\n').map((line) => (JSON.parse(line) as AgenticSession).status?.logs),
      [undefined, 'one\n'],
    ); // prettier-ignore
  });
});
