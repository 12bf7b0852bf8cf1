import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GOOD_CHANGE, LINT_ERROR, SAMPLE } from '../scenarios/sample-app.ts';
import { type Machine, machine } from '../support/command-line.ts';
import { TerminalRun } from '../support/terminal.ts';

const BGTASK = fileURLToPath(new URL('../../bin/bgtask', import.meta.url));

/** The terminal as a shell wants it: lines and signals work, what is typed is seen, and so is the cursor. */
function assertUsable(run: TerminalRun, settings: string): void {
  assert.match(settings, /(?<!-)icanon/);
  assert.match(settings, /(?<!-)echo /);
  assert.match(settings, /(?<!-)isig/);
  assert.ok(
    run.raw.lastIndexOf('\u001b[?25h') > run.raw.lastIndexOf('\u001b[?25l'),
    'the cursor is shown again',
  );
  assert.doesNotMatch(run.raw, /\u001b\[\?1049h/, 'no other screen was taken');
  assert.doesNotMatch(run.raw, /\u001b\[3J/, 'what was there before stays');
}

describe('views on a real terminal, over the local engine', () => {
  let here: Machine;
  let open: TerminalRun | undefined;
  let at = 0;
  beforeEach(async () => {
    here = await machine({ TERM: 'xterm-256color', LANG: 'C.UTF-8' });
  });
  afterEach(async () => {
    open?.close();
    await here.close();
  });

  const onTerminal = (line: string, { columns = 80, rows = 24, set = '' } = {}): TerminalRun =>
    (open = new TerminalRun(`${set} ${BGTASK} ${line}`, { columns, rows, env: here.env, cwd: here.folder }));

  /** A task that says `ready` and goes on when the gate is opened. */
  async function task(name: string, change: string): Promise<() => void> {
    const app = await here.repository(`app-${at++}`, SAMPLE);
    const gate = join(here.gates, name);
    const run = `echo ready; until test -e ${gate}; do sleep 0.05; done; ${change}`;
    await here.ok('create', name, '--repo', app, '-m', 'Do it', '--agent', 'command', '--run', run);
    return () => writeFileSync(gate, '');
  }

  it('watch shows the steps and the log, and leaves the words and the exit code that it has elsewhere', async () => {
    const go = await task('good', GOOD_CHANGE);
    const run = onTerminal('watch good');
    await run.until(/▸ Make the change {9}Generating changes[^]*── log ──[^]*ready/);
    go();
    await run.until(/Completed[^]*100%[^]*✔ Open the pull request[^]*✔ passed {2}test {2}npm test/);
    const { code, settings } = await run.left();
    assert.equal(code, 0);
    assertUsable(run, settings);
    assert.match(run.raw, /Pull request:\r\nfile:\/\/\S+good\.md\r\n/);
  });

  it('q leaves the task running and says so: exit code 130', async () => {
    await task('slow', GOOD_CHANGE);
    const run = onTerminal('watch slow');
    await run.until(/ready/);
    run.type('q');
    await run.until(/Task "slow" goes on in the background\. Follow it again: \S*bgtask watch slow/);
    const { code, settings } = await run.left();
    assert.equal(code, 130);
    assertUsable(run, settings);
    assert.equal((await here.task('slow')).status?.phase, 'Running');
    await here.ok('cancel', 'slow');
  });

  it('Ctrl-C does the same, also where DEV=true has web programs look for their debuggers', async () => {
    await task('slow', GOOD_CHANGE);
    const run = onTerminal('watch slow', { set: 'DEV=true' });
    await run.until(/ready/);
    run.type('\u0003');
    const { code, settings } = await run.left();
    assert.equal(code, 130);
    assert.doesNotMatch(run.raw, /devtools/);
    assertUsable(run, settings);
    await here.ok('cancel', 'slow');
  });

  it('so does a signal from elsewhere', async () => {
    await task('slow', GOOD_CHANGE);
    const run = onTerminal('watch slow', { set: `sh -c 'echo pid=$$; exec "$@"' sh` });
    await run.until(/ready/);
    process.kill(Number(/pid=(\d+)/.exec(run.raw)?.[1]), 'SIGTERM');
    const { code, settings } = await run.left();
    assert.equal(code, 130);
    assertUsable(run, settings);
    await here.ok('cancel', 'slow');
  });

  it('c asks, and y cancels: exit code 6', async () => {
    await task('slow', GOOD_CHANGE);
    const run = onTerminal('watch slow');
    await run.until(/ready/);
    run.type('c');
    await run.until(/Cancel task "slow"\? y\/n/);
    run.type('y');
    const { code, settings } = await run.left();
    assert.equal(code, 6);
    assertUsable(run, settings);
    assert.match(run.raw, /task "slow" is Stopped/);
  });

  it('a task that failed stays until a key; r follows its retry, whose exit code it is', async () => {
    const go = await task('bad', LINT_ERROR);
    go();
    const run = onTerminal('watch bad', { columns: 40, rows: 10 });
    await run.until(/bad {2}Failed[^]*r retry/);
    run.type('r');
    await run.until(/bad-retry-1 {2}Failed[^]*retry 1[^]*r retry/);
    run.type('q');
    const { code, settings } = await run.left();
    assert.equal(code, 3);
    assertUsable(run, settings);
    assert.match(run.raw, /task "bad-retry-1" is Failed \(ValidationFailed\)/);
  });

  it('fits itself into a window whose edge is dragged', async () => {
    await task('slow', GOOD_CHANGE);
    const run = onTerminal('watch slow', { columns: 100, rows: 30 });
    await run.until(/▸ Make the change[^]*ready/);
    await run.resize(40, 10);
    await run.until(/▸ 3\/6 Make the change[^]*q quit {2}↑↓ scroll/);
    await run.resize(200, 60);
    await run.until(/· Open the pull request {3}not yet/);
    run.type('q');
    assertUsable(run, (await run.left()).settings);
    await here.ok('cancel', 'slow');
  });

  it('ui shows the tasks as they come, opens one, and leaves them running: exit code 0', async () => {
    const run = onTerminal('ui');
    await run.until(/No tasks here/);
    await task('slow', GOOD_CHANGE);
    await run.until(/> slow[^]*Running/);
    run.type('\r');
    await run.until(/▸ Make the change[^]*ready[^]*Esc back/);
    run.type('\u001b');
    await run.until(/project default · 1 task · 1 running[^]*> slow/);
    run.type('q');
    const { code, settings } = await run.left();
    assert.equal(code, 0);
    assertUsable(run, settings);
    assert.equal((await here.task('slow')).status?.phase, 'Running');
    await here.ok('cancel', 'slow');
  });

  it('in CI and on a dumb terminal watch prints lines', async () => {
    const go = await task('good', GOOD_CHANGE);
    go();
    for (const set of ['CI=true', 'TERM=dumb']) {
      const run = onTerminal('watch good', { set });
      assert.equal((await run.left()).code, 0);
      assert.match(run.raw, /\d\d:\d\d:\d\d {2}Completed 100% {2}Pull request created/);
      assert.doesNotMatch(run.raw, /\u001b/);
    }
  });
});
