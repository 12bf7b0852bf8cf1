import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunnerInput } from '../../../src/engine/runner-input.ts';
import { parseEventLine } from '../../../src/domain/progress.ts';
import { HandedChange } from '../../../src/engine/kubernetes/jobs/logs/handed-change.ts';
import { SpoolSpace } from '../../../src/engine/kubernetes/jobs/logs/spool.ts';
import { leftFolders } from '../../../src/engine/left-change.ts';
import { Job } from '../../support/stage/job.ts';
import { cloned } from '../../support/stage/prepared.ts';
import { commit, tempFolder } from '../../support/stage/remote.ts';

const FILES = { 'a.txt': 'one\n', 'gone.txt': 'gone\n', 'folder/b.txt': 'b\n' };
const FIRST = `echo two >> a.txt; rm gone.txt; rm -r folder; echo file > folder; printf '\\000' > 'new é.bin'`;
const FAILS = [{ name: 'bad', run: 'echo seen; exit 3' }];
const PASSES = [{ name: 'good', run: 'true' }];

/** A stand-in for Claude Code that keeps what it was told, and then does what a shell command says. */
function claude(command: string): { program: string; told: () => string } {
  const folder = tempFolder();
  const program = join(folder, 'claude');
  const result = JSON.stringify({ type: 'result', subtype: 'success', is_error: false, result: 'Done.', session_id: 's-1', num_turns: 1, total_cost_usd: 0.5, usage: {} }); // prettier-ignore
  const script = `#!/bin/sh\n{ printf '%s\\n' "$@"; cat; } > '${folder}/told'\n${command}\necho '${result}'\n`;
  writeFileSync(program, script, { mode: 0o755 });
  return { program, told: () => readFileSync(join(folder, 'told'), 'utf8') };
}

interface Second {
  agent: string;
  continues?: Partial<RunnerInput['continues']>;
  /** Files that the base gets in between; undefined removes one. */
  moved?: Record<string, string | undefined>;
  /** What happens to the kept change before the second task begins. */
  harm?: (folder: string) => void;
  /** True: by what the stage hands over on its output, as in a pod. */
  handed?: boolean;
}

/** What a work stage handed over on its output, as the operator keeps it and a pod mounts it. */
function handedOver({ log }: Job, folder: string): void {
  const changes = new HandedChange(join(tempFolder(), 'change'), new SpoolSpace(1e9));
  for (const line of log.split('\n')) {
    const { change } = parseEventLine(line) ?? {};
    if (change) changes.push(change);
  }
  const bytes = changes.read();
  assert.ok(bytes);
  // As ConfigMaps part it.
  const half = Math.floor(bytes.length / 2);
  writeFileSync(join(folder, 'part-0'), bytes.subarray(0, half));
  writeFileSync(join(folder, 'part-1'), bytes.subarray(half));
}

/** A task whose agent made FIRST and whose checks failed, and one that goes on with its change. */
async function second({
  agent,
  continues,
  moved,
  harm,
  handed,
}: Second): Promise<{ job: Job; told: () => string }> {
  const { job: first, remote } = await cloned(FILES, {
    spec: { agent: { type: 'command', run: FIRST }, checks: FAILS },
    env: handed ? { BGTASK_CHANGE: 'log' } : {},
  });
  await first.fails('work');
  if (moved) await commit(remote, moved);
  const { program, told } = claude(agent);
  const job = new Job({
    remote,
    spec: { agent: { type: 'claude' }, checks: PASSES, continueFrom: 'first-0a1b2c3d' },
    input: {
      continues: {
        task: 'first',
        reason: 'ValidationFailed',
        error: 'Tests failed',
        isMade: false,
        ...continues,
      },
    },
    env: { BGTASK_CLAUDE: program, HOME: tempFolder() },
    secrets: { modelKeys: { ANTHROPIC_API_KEY: 'sk-ant-test' } },
  });
  const [left] = await leftFolders(join(first.dir, 'workspace'));
  assert.ok(left);
  const folder = join(job.dir, 'continued');
  mkdirSync(folder);
  if (handed) handedOver(first, folder);
  else
    for (const name of ['change.pack', 'change.json'])
      copyFileSync(join(left.path, name), join(folder, name));
  harm?.(folder);
  return { job, told };
}

describe('a task that goes on with the change of an earlier one', () => {
  for (const handed of [false, true])
    it(`has it in its files, and publishes it with what its agent adds${handed ? ', in a pod' : ''}`, async () => {
    const { job, told } = await second({ agent: 'echo three >> a.txt', handed });
    const report = await job.make();
    assert.equal(await job.show(report, 'a.txt'), 'one\ntwo\nthree');
    assert.deepEqual(await job.changed(report), ['a.txt', 'folder', 'folder/b.txt', 'gone.txt', 'new é.bin']);
    assert.match(job.log, /Goes on with the change of first: 5 files/);
    assert.match(told(), /left its change in the files already[^]*It ended with: Tests failed[^]*\$ echo seen; exit 3\nseen/);
  }); // prettier-ignore

  for (const handed of [false, true])
    it(`has it on the base as it is now${handed ? ', in a pod' : ''}`, async () => {
      const { job } = await second({ agent: 'true', moved: { 'other.txt': 'other\n' }, handed });
      const report = await job.make();
      assert.equal(await job.show(report, 'a.txt'), 'one\ntwo');
      assert.deepEqual(await job.changed(report), [
        'a.txt',
        'folder',
        'folder/b.txt',
        'gone.txt',
        'new é.bin',
      ]);
    });

  it('may take all of it back', async () => {
    const { job } = await second({
      agent: `git checkout -q . && git clean -fdq`,
    });
    assert.equal((await job.make()).changed, false);
  });

  const scratch: [string, Partial<Second>, RegExp][] = [
    ['conflicts with the base as it is now', { moved: { 'a.txt': 'ONE\n' } }, /because it conflicts with the base as it is now/],
    ['is not kept any more', { harm: (folder) => rmSync(folder, { recursive: true }) }, /is not kept any more/],
    ['is damaged', { harm: (folder) => writeFileSync(join(folder, 'change.pack'), 'PACK') }, /cannot be gone on with/],
  ]; // prettier-ignore
  for (const [what, more, words] of scratch)
    it(`begins with the base, and says so, where it ${what}`, async () => {
      const { job, told } = await second({ agent: 'echo fresh > fresh.txt', ...more });
      const report = await job.make();
      assert.deepEqual(await job.changed(report), ['fresh.txt']);
      assert.match(job.log, words);
      assert.doesNotMatch(told(), /earlier attempt/);
    });

  it('pays no agent where the change was made and only its publishing failed', async () => {
    const { job, told } = await second({ agent: 'echo never > never.txt', continues: { isMade: true } });
    const report = await job.make();
    assert.equal(await job.show(report, 'a.txt'), 'one\ntwo');
    assert.deepEqual(report.usage, {});
    assert.throws(told, /ENOENT/);
  });

  it('keeps it again when its agent fails at once', async () => {
    const { job } = await second({ agent: 'exit 1' });
    await job.run('clone');
    await job.fails('work');
    const [left] = await leftFolders(join(job.dir, 'workspace'));
    assert.ok(left && existsSync(join(left.path, 'change.patch')));
    assert.match(readFileSync(join(left.path, 'change.patch'), 'utf8'), /\+two/);
  });
});
