import assert, { AssertionError } from 'node:assert/strict';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Attack } from './attack.ts';
import { processesOf } from './processes.ts';
import { look, runTask, type Seen, told } from './seen.ts';
import { seenBy, type Task } from './together.ts';
import { assertWhole } from './whole.ts';
import { type World, world } from './world.ts';

/** The setting `sandbox` of the tasks. */
export type Sandbox = 'required' | 'off';

/** What the log and the pull request say of a task that ran without a room. */
const WITHOUT = /proved without a sandbox/i;
const SECURITY = new URL('../../docs/security.md', import.meta.url);

/** How an attack ended: undefined where it was stopped, or where what is said of it was said. */
export type Judged = Map<Attack, unknown>;

/** Carries out a task in a world of its own. Rejects where the task cannot be made. */
export async function attempt(task: Task, sandbox: Sandbox): Promise<Judged> {
  const place = await world();
  try {
    await prepare(task.attack, sandbox, place);
    await runTask(task.attack, place);
    const seen = await look(place);
    const judged: Judged = new Map();
    for (const part of task.parts)
      judged.set(part, await judge(part, sandbox, { seen: seenBy(task, part, seen), place }).catch(
        (error: unknown) => withSummary(error, part, seen),
      )); // prettier-ignore
    return judged;
  } finally {
    for (const { pid } of processesOf([place.mark, place.state])) process.kill(pid, 'SIGKILL');
    await place.close();
  }
}

async function prepare(attack: Attack, sandbox: Sandbox, place: World): Promise<void> {
  const { home, machine } = place;
  await mkdir(join(home, 'config'));
  await writeFile(join(home, 'config/config.yaml'), JSON.stringify({ sandbox, ...attack.settings }));
  if (attack.claude === undefined) return;
  const program = join(home, 'bin/claude');
  await mkdir(dirname(program));
  await writeFile(program, `#!/bin/sh\n${told(attack.claude, place)}\n`);
  await chmod(program, 0o755);
  machine.env['PATH'] = `${dirname(program)}:${machine.env['PATH']}`;
}

async function judge(attack: Attack, sandbox: Sandbox, found: { seen: Seen; place: World }): Promise<void> {
  if (sandbox === 'off') return assertSaid(found.seen);
  if (attack.open === undefined) return assertHeld(attack, found);
  assert.ok(
    (await readFile(SECURITY, 'utf8')).includes(attack.name),
    `docs/security.md does not name: ${attack.name}`,
  );
  await assert.rejects(
    () => assertHeld(attack, found),
    (error) => error instanceof AssertionError,
    'It is stopped now: take `open` away from the row, and its line from docs/security.md',
  );
}

async function assertHeld(attack: Attack, { seen, place }: { seen: Seen; place: World }): Promise<void> {
  await assertWhole(attack, seen, place);
  if (attack.says) assert.match(seen.said + JSON.stringify(seen.status), attack.says);
  await attack.held?.(seen, place);
}

/** Where a change was published, the pull request says that there was no sandbox; a task that failed published nothing. */
function assertSaid({ log, pull, pushed }: Seen): void {
  if (pushed === undefined) return;
  assert.match(log, WITHOUT);
  assert.match(pull, WITHOUT);
}

function withSummary(error: unknown, { outcome }: Attack, { status, log, pushed }: Seen): unknown {
  if (error instanceof Error)
    error.message += `\n--- ${outcome}\n${status.phase} ${status.reason ?? ''}\npushed: ${pushed?.join(' ') ?? 'nothing'}\n${log.slice(-1500)}`;
  return error;
}
