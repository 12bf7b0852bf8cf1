import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leftFolders } from '../../../src/engine/left-change.ts';
import { Job } from '../../support/stage/job.ts';
import { cloned } from '../../support/stage/prepared.ts';
import { tempFolder } from '../../support/stage/remote.ts';

/**
 * A stand-in for Claude Code: it keeps its conversation as that does, adds a line to a.txt, and ends with an error when it is told to. It knows a conversation
 * only by its file, in the folder that is named after its working folder.
 */
const STAND_IN = String.raw`#!/usr/bin/env node
const { appendFileSync, existsSync, mkdirSync } = require('node:fs');
const { join } = require('node:path');
const args = process.argv.slice(2);
const resumed = args.find((one) => one.startsWith('--resume='))?.slice(9);
const folder = join(process.env.HOME, '.claude/projects', process.cwd().replace(/[^A-Za-z0-9]/g, '-'));
const say = (line) => console.log(JSON.stringify(line));
const end = (fields) => say({ type: 'result', session_id: session, num_turns: 1, total_cost_usd: 0.5, usage: {}, ...fields });
const session = resumed ?? 'session-1';
const file = join(folder, session + '.jsonl');
appendFileSync(join(__dirname, 'calls'), (resumed ? 'resumed ' + resumed : 'fresh') + '\n');
say({ type: 'system', subtype: 'init', session_id: session });
if (resumed && !existsSync(file)) end({ subtype: 'error_during_execution', is_error: true, result: 'No conversation found with session ID', num_turns: 0 });
else {
  mkdirSync(folder, { recursive: true });
  appendFileSync(file, '{}\n');
  appendFileSync('a.txt', (resumed ? 'resumed' : 'fresh') + '\n');
  const fails = existsSync(join(__dirname, 'fails'));
  end(fails ? { subtype: 'error_max_turns', is_error: true, result: '' } : { subtype: 'success', is_error: false, result: 'Done.' });
}
`;

describe("an agent's conversation", () => {
  let program: string;
  beforeEach(() => {
    program = join(tempFolder(), 'claude');
    writeFileSync(program, STAND_IN, { mode: 0o755 });
  });
  const calls = (): string[] => readFileSync(join(program, '../calls'), 'utf8').trim().split('\n');
  const options = () => ({
    env: { BGTASK_CLAUDE: program, HOME: tempFolder() },
    secrets: { modelKeys: { ANTHROPIC_API_KEY: 'sk-ant-test' } },
  });

  /** A task that goes on with one whose agent used up its turns. */
  async function second(agent = 'claude', harm: (folder: string) => void = () => undefined): Promise<Job> {
    writeFileSync(join(program, '../fails'), '');
    const spec = { agent: { type: 'claude' }, checks: [{ name: 'ok', run: 'true' }] };
    const { job: first, remote } = await cloned({ 'a.txt': 'one\n' }, { ...options(), spec });
    assert.equal((await first.fails('work')).reason, 'AgentBudget');
    rmSync(join(program, '../fails'));
    const job = new Job({
      ...options(),
      remote,
      spec: { ...spec, agent: { type: agent, run: 'true' }, continueFrom: 'first-0a1b2c3d' },
      input: { continues: { task: 'first', isMade: false } },
    });
    const [left] = await leftFolders(join(first.dir, 'workspace'));
    assert.ok(left);
    cpSync(left.path, join(job.dir, 'continued'), { recursive: true });
    harm(join(job.dir, 'continued'));
    return job;
  }

  it('is continued by the task that goes on with the change', async () => {
    const job = await second();
    const report = await job.make();
    assert.deepEqual(calls(), ['fresh', 'resumed session-1']);
    assert.equal(await job.show(report, 'a.txt'), 'one\nfresh\nresumed');
    assert.match(job.log, /Continues the conversation session-1/);
  });

  it('is begun again where its file is not kept', async () => {
    await (await second('claude', (folder) => rmSync(join(folder, 'conversation')))).make();
    assert.deepEqual(calls(), ['fresh', 'fresh']);
  });

  it('is begun again where its program does not find it, and the log says so', async () => {
    const job = await second();
    // Another version of the program, with other names of folders.
    writeFileSync(program, STAND_IN.replace("'.claude/projects'", "'.claude/other'"), { mode: 0o755 });
    await job.make();
    assert.deepEqual(calls(), ['fresh', 'resumed session-1', 'fresh']);
    assert.match(job.log, /The earlier conversation cannot be continued: .*No conversation found/);
  });

  it('is not given to another agent', async () => {
    await (await second('command')).make();
    assert.deepEqual(calls(), ['fresh']);
  });
});
