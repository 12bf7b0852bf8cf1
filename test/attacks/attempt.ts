import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Attack } from './attack.ts';
import { processesOf } from './processes.ts';
import { look, runTask, type Seen, told } from './seen.ts';
import { assertWhole } from './whole.ts';
import { type World, world } from './world.ts';

/** The setting `sandbox` of the tasks. */
export type Sandbox = 'required' | 'off';

/** What the log and the pull request say of a task that ran without a room. */
const WITHOUT = /proved without a sandbox/i;

/** Tries one attack in a world of its own. Fails where it came through, or where nothing says so. */
export async function attempt(attack: Attack, sandbox: Sandbox): Promise<void> {
  const place = await world();
  try {
    await prepare(attack, sandbox, place);
    await runTask(attack, place);
    const seen = await look(place);
    if (process.env['SHOW'])
    try {
      await judge(attack, sandbox, { seen, place });
    } catch (error) {
      if (error instanceof Error) error.message += `\n--- ${attack.outcome}\n${summary(seen)}`;
      throw error;
    }
  } finally {
    for (const { pid } of processesOf([place.mark, place.state])) process.kill(pid, 'SIGKILL');
    await place.close();
  }
}

async function prepare(attack: Attack, sandbox: Sandbox, place: World): Promise<void> {
  const { home, machine } = place;
  await mkdir(join(home, 'config'));
  const settings = process.env['BGTASK_ATTACKS_TODAY'] ? attack.settings : { sandbox, ...attack.settings };
  await writeFile(join(home, 'config/config.yaml'), JSON.stringify(settings ?? {}));
  if (attack.claude === undefined) return;
  const program = join(home, 'bin/claude');
  await mkdir(dirname(program));
  await writeFile(program, `#!/bin/sh\n${told(attack.claude, place)}\n`);
  await chmod(program, 0o755);
  machine.env['PATH'] = `${dirname(program)}:${machine.env['PATH']}`;
}

async function judge(
  attack: Attack,
  sandbox: Sandbox,
  { seen, place }: { seen: Seen; place: World },
): Promise<void> {
  if (sandbox === 'off' && attack.needs === 'room') {
    assert.match(seen.log, WITHOUT);
    if (seen.pull !== '') assert.match(seen.pull, WITHOUT);
    return;
  }
  await assertWhole(attack, seen, place);
  if (attack.says) assert.match(seen.said + JSON.stringify(seen.status), attack.says);
  await attack.held?.(seen, place);
}

const summary = ({ status, log, pushed }: Seen): string =>
  [
    `${status.phase} ${status.reason ?? ''}`,
    `pushed: ${pushed?.join(' ') ?? 'nothing'}`,
    log.slice(-1500),
  ].join('\n');
