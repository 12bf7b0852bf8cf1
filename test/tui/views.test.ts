import assert from 'node:assert/strict';
import type { AgenticSession } from '../../src/api/types.ts';
import type { UiOptions, ViewOptions } from '../../src/cli/views.ts';
import type { Awaited } from '../../src/service/await-task.ts';
import { openWorld, type World } from '../cli/world.ts';
import { FakeTerminal } from './fake-terminal.ts';
import { COMPLETED, FAILED, RUNNING } from './tasks.ts';

let world: World;
let terminal: FakeTerminal;
let abort: AbortController;
beforeEach(async () => {
  world = await openWorld();
  terminal = new FakeTerminal();
  abort = new AbortController();
});
afterEach(() => {
  abort.abort();
  world.close();
});

const options = (): ViewOptions => ({
  engine: world.engine,
  signal: abort.signal,
  color: false,
  now: () => new Date(),
  asCalled: (sentence) => sentence,
});
const watch = async (task: AgenticSession): Promise<Awaited> =>
  (await import('../../src/tui/views.ts')).viewsOn(terminal.streams).watch(task, options());
const ui = async (more: Partial<UiOptions> = { project: 'default' }): Promise<void> =>
  (await import('../../src/tui/views.ts')).viewsOn(terminal.streams).ui({ ...options(), ...more });

const phaseOf = ({ session }: Awaited): string | undefined => session?.status?.phase;

describe('the watch view', () => {
  it('follows a task through its states and ends by itself when it is Completed', async () => {
    const task = await world.task('x', { status: { phase: 'Pending' } });
    const watching = watch(task);
    await terminal.until(/x {2}Pending/);
    await world.status(task, RUNNING);
    await terminal.until(/x {2}Running[^]*▸ Make the change[^]*7 turns/);
    await world.status(task, COMPLETED);
    assert.equal(phaseOf(await watching), 'Completed');
    assert.match(terminal.frame, /x {2}Completed[^]*✔ passed/);
    assert.doesNotMatch(terminal.frame, /log ──|quit/);
    assert.equal(terminal.keyboard.raw, false);
  });

  it('ends by itself when the task is deleted', async () => {
    const task = await world.task('x', { status: RUNNING });
    const watching = watch(task);
    await terminal.until(/Running/);
    await world.store.delete('AgenticSession', task.metadata);
    assert.equal((await watching).deleted, true);
  });

  it('stays when the task comes to nothing, until a key', async () => {
    const task = await world.task('x', { status: RUNNING });
    const watching = watch(task);
    await terminal.until(/Running/);
    await world.status(task, FAILED);
    await terminal.until(/Linting failed[^]*r retry/);
    terminal.type('\r');
    assert.deepEqual([phaseOf(await watching), terminal.keyboard.raw], ['Failed', false]);
  });

  it('ends when the process is told to', async () => {
    const watching = watch(await world.task('x', { status: RUNNING }));
    await terminal.until(/Running/);
    abort.abort();
    const { reached } = await watching;
    assert.deepEqual([reached, terminal.keyboard.raw], [false, false]);
  });

  it('gives the terminal back when the task can no longer be watched', async () => {
    const task = await world.task('x', { status: RUNNING });
    world.store.watch = () => {
      throw new Error('Forbidden to watch');
    };
    await assert.rejects(watch(task), /Forbidden to watch/);
    assert.equal(terminal.keyboard.raw, false);
  });

  it('asks before it cancels, and asks the engine but once', async () => {
    const task = await world.task('x', { status: RUNNING });
    const watching = watch(task);
    await terminal.until(/Running/);
    terminal.type('c');
    await terminal.until(/Cancel task "x"\? y\/n/);
    terminal.type('y');
    await terminal.until(/It is being cancelled/);
    assert.equal((await world.tasks())[0]?.spec.cancel, true);
    await world.status(task, { phase: 'Stopped' });
    assert.equal(phaseOf(await watching), 'Stopped');
  });

  it('leaves a task that came to nothing by itself after a while: what waits for the command goes on', async () => {
    const task = await world.task('x', { status: FAILED });
    const { watchView } = await import('../../src/tui/watch-view.tsx');
    const { reached, session } = await watchView(task, options(), terminal.streams, 1);
    assert.deepEqual([reached, session?.status?.phase], [true, 'Failed']);
  });

  it('says why a retry is refused, and stays', async () => {
    world.operate = true;
    await world.task('other', {
      status: { phase: 'Running', conditions: [{ type: 'Admitted', status: 'True', reason: 'Admitted' }] },
    });
    const watching = watch(await world.task('x', { status: FAILED }));
    await terminal.until(/r retry/);
    terminal.type('r');
    await terminal.until(/Concurrent task limit reached/);
    terminal.type('xq');
    assert.equal(phaseOf(await watching), 'Failed');
  });

  it('a log of a hundred thousand lines that would take a terminal over is shown harmless, from its end to its beginning', async () => {
    const task = await world.task('x', { status: FAILED });
    const lines = Array.from({ length: 100_000 }, (_, at) => `\u001b[2J\u202eline ${at}\u0007`);
    world.archive(task, [...lines, 'y'.repeat(10_000), 'the end'].join('\n'));
    const watching = watch(task);
    await terminal.until(/\\u202eline 99999\^G\ny{79}…\nthe end\n/);
    terminal.type('\u001b[H');
    await terminal.until(/lines 1-7 of the last 5000 [^]*line 95002/);
    terminal.type('q');
    await watching;
    assert.doesNotMatch(terminal.screen.frames.join(''), /\u001b\[2J|\u202e|\u0007/);
  });

  it('draws ten frames a second at most, however fast a log comes', async () => {
    const { Show } = await import('../../src/tui/show.ts');
    const { openView, stepTask } = await import('../../src/tui/state/task-view.ts');
    const { createElement } = await import('react');
    const { TaskScreen } = await import('../../src/tui/task-screen.tsx');
    const task = await world.task('x', { status: RUNNING });
    const began = performance.now();
    const show = new Show(
      {
        start: (size, now) => openView(task, { size, now, inside: false }),
        step: stepTask,
        screen: (view) => createElement(TaskScreen, { view }),
        last: (view) => createElement(TaskScreen, { view }),
      },
      {
        ...terminal.streams,
        color: false,
        now: () => new Date(),
        onWish: () => undefined,
        onError: (error) => {
          throw error;
        },
      },
    );
    for (let at = 0; at < 2_000; at++) {
      show.send({ type: 'log', text: `line ${at}\n` });
      if (at % 50 === 0) await new Promise((done) => setImmediate(done));
    }
    await terminal.until(/line 1999/);
    await show.close();
    const most = 4 + (performance.now() - began) / 100;
    const { length } = terminal.screen.frames;
    assert.ok(length <= most, `${length} frames, and at most ${most} may be`);
  });
});

describe('the dashboard', () => {
  it('shows what comes, what changes and what goes', async () => {
    const showing = ui();
    await terminal.until(/No tasks here/);
    const task = await world.task('x', { status: RUNNING });
    await terminal.until(/> x +Running +43%/);
    await world.status(task, COMPLETED);
    await terminal.until(/> x +Completed +100%/);
    await world.store.delete('AgenticSession', task.metadata);
    await terminal.until(/No tasks here/);
    terminal.type('q');
    await showing;
    assert.equal(terminal.keyboard.raw, false);
  });

  it('has the tasks of all projects when they are asked for', async () => {
    await world.task('x', { project: 'team-a' });
    await world.task('y', { project: 'team-b' });
    const showing = ui({});
    await terminal.until(/all projects · 2 tasks[^]*team-[ab][^]*team-[ab]/);
    terminal.type('\u0003');
    await showing;
  });

  it('filters, opens a task, and returns to the list', async () => {
    await world.task('fix-lint', { status: RUNNING });
    await world.task('add-docs', { status: COMPLETED });
    const showing = ui();
    await terminal.until(/add-docs/);
    terminal.type('/lint\r');
    await terminal.until(/1 of 2 tasks/);
    terminal.type('\r');
    await terminal.until(/fix-lint {2}Running[^]*▸ Make the change[^]*Esc back/);
    terminal.type('\u001b');
    await terminal.until(/1 of 2 tasks[^]*> fix-lint/);
    terminal.type('q');
    await showing;
  });

  it('says that the task that is open was deleted', async () => {
    const task = await world.task('x', { status: RUNNING });
    const showing = ui();
    await terminal.until(/> x/);
    terminal.type('\r');
    await terminal.until(/Esc back/);
    await world.store.delete('AgenticSession', task.metadata);
    await terminal.until(/Task "x" was deleted\./);
    terminal.type('q');
    await showing;
  });

  it('cancels the task under the cursor after a question, and opens the retry of one that failed', async () => {
    world.operate = true;
    await world.task('runs', { created: '2026-01-31T12:00:01Z', status: RUNNING });
    const showing = ui();
    await terminal.until(/> runs/);
    terminal.type('c');
    await terminal.until(/Cancel task "runs"\? y\/n/);
    terminal.type('y');
    await terminal.until(/It is being cancelled/);
    const [task] = await world.tasks();
    assert.equal(task?.spec.cancel, true);
    await world.status(task, FAILED);
    await terminal.until(/> runs +Failed/);
    terminal.type('r');
    await terminal.until(/runs-retry-1 {2}Creating[^]*retry 1[^]*Esc back/);
    terminal.type('q');
    await showing;
  });

  it('gives the terminal back when tasks cannot be watched', async () => {
    world.store.watch = () => {
      throw new Error('Forbidden to watch');
    };
    await assert.rejects(ui(), /Forbidden to watch/);
    assert.equal(terminal.keyboard.raw, false);
  });
});
