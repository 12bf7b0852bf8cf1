import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Attack } from './attack.ts';
import { processesOf } from './processes.ts';
import type { Seen } from './seen.ts';
import { UNTOUCHED, type World } from './world.ts';

/** What is true after every attack, whatever it tried. */
export async function assertWhole(attack: Attack, seen: Seen, world: World): Promise<void> {
  assert.deepEqual(processesOf([world.mark, world.state]), [], 'no process of the task is left');
  assert.ok(!existsSync(world.loot), `an attack wrote outside of its place: ${world.loot}`);
  assert.equal(await readFile(world.victim, 'utf8'), UNTOUCHED, 'a file of the person was changed');
  const branches = await world.machine.git(
    world.repository,
    'for-each-ref',
    '--format=%(refname:short)',
    'refs/heads',
  );
  assert.deepEqual(branches.split('\n').filter((name) => !['main', 'background-task-attack'].includes(name)), []); // prettier-ignore
  assert.equal(await world.machine.git(world.repository, 'rev-list', '--count', 'main'), '2');
  if (attack.breaks !== 'secrets')
    for (const [name, canary] of Object.entries(world.canaries)) {
      assert.ok(!seen.said.includes(canary), `the canary ${name} is in the log, the pull request or the change`);
      assert.ok(!world.heard().includes(canary), `the canary ${name} arrived at the listener`);
    } // prettier-ignore
  if (seen.pushed && seen.isProven) await assertHonest(attack, seen);
}

/** What a pull request calls proved: the bytes that were tested are those that are pushed, and the base's own tests pass on them. */
async function assertHonest(attack: Attack, seen: Seen): Promise<void> {
  if (attack.breaks === 'honest') return;
  const tested = [...seen.log.matchAll(/^checked ([0-9a-f]{64})/gm)].map(([, digest]) => digest);
  const digest = createHash('sha256')
    .update(await seen.file('add.mjs'))
    .digest('hex');
  // A log that was cut has lost the line.
  if (!seen.log.includes('[log cut'))
    assert.ok(tested.includes(digest), 'the pushed file is not the one that was tested');
  assert.ok(await seen.isHonest(), `called proved, and the base's tests fail on it:\n${seen.log}`);
}
