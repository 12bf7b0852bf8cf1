import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leftFolders } from '../../../src/engine/left-change.ts';
import type { Job, JobOptions } from '../../support/stage/job.ts';
import { cloned } from '../../support/stage/prepared.ts';
import { tempFolder } from '../../support/stage/remote.ts';

/** A stand-in for Claude Code: it adds a line to a.txt; `first` is what its first run prints after that. */
const standIn = (first: string) => String.raw`#!/usr/bin/env node
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const resumed = process.argv.slice(2).find((one) => one.startsWith('--resume='))?.slice(9);
const isFirst = !existsSync(join(__dirname, 'calls'));
const prompt = readFileSync(0, 'utf8').trim().split('\n').at(-1);
appendFileSync(join(__dirname, 'calls'), JSON.stringify([resumed ?? 'fresh', prompt]) + '\n');
const say = (line) => console.log(JSON.stringify({ session_id: 'session-1', ...line }));
const result = (fields) => say({ type: 'result', num_turns: 31, total_cost_usd: 4.2, usage: { output_tokens: 5 }, ...fields });
say({ type: 'system', subtype: 'init' });
appendFileSync('a.txt', isFirst ? 'first\n' : 'second\n');
if (isFirst) { ${first} }
else result({ subtype: 'success', is_error: false, result: 'Done.' });
`;
const busy = (status: number, text: string): string =>
  `result({ subtype: 'success', is_error: true, api_error_status: ${status}, result: ${JSON.stringify(text)} });`;
/** The limit ended five seconds ago: the shortest wait. */
const LIMIT =
  "say({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt: Math.floor(Date.now() / 1000) - 6 } });";

async function run(
  first: string,
  limits: JobOptions['limits'],
): Promise<{ job: Job; calls: () => string[][] }> {
  const program = join(tempFolder(), 'claude');
  writeFileSync(program, standIn(first), { mode: 0o755 });
  const { job } = await cloned(
    { 'a.txt': 'one\n' },
    {
      env: { BGTASK_CLAUDE: program, HOME: tempFolder() },
      secrets: { modelKeys: { ANTHROPIC_API_KEY: 'sk-ant-test' } },
      spec: { agent: { type: 'claude' }, checks: [{ name: 'ok', run: 'true' }] },
      limits,
    },
  );
  const calls = (): string[][] =>
    readFileSync(join(program, '../calls'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string[]);
  return { job, calls };
}

describe('a task whose model is not available', () => {
  it('waits, goes on with the conversation, and loses nothing of what was done and paid', async () => {
    const { job, calls } = await run(LIMIT + busy(429, "You've hit your session limit"), {
      modelWaitSeconds: 60,
    });
    const report = await job.run('work');
    assert.deepEqual(calls()[1], [
      'session-1',
      'The model was not available for a while. Go on with the task where you stopped.',
    ]);
    assert.equal(await job.show(report, 'a.txt'), 'one\nfirst\nsecond');
    assert.equal(report.usage?.costUSD, 8.4);
    assert.match(job.log, /^##bgtask \{"phase":"Waiting for the model until /m);
  });

  it('fails with ModelUnavailable where the limit ends too late, and keeps its change', async () => {
    const { job, calls } = await run(busy(529, 'Overloaded'), { modelWaitSeconds: 10 });
    const failure = await job.fails('work');
    assert.equal(failure.reason, 'ModelUnavailable');
    assert.match(failure.message, /overloaded or failing \(529\): Overloaded.* It does not wait longer/);
    assert.equal(calls().length, 1);
    assert.equal((await leftFolders(join(job.dir, 'workspace'))).length, 1);
  });

  it('is ended and started once more when its agent prints nothing, and then fails with AgentSilent', async () => {
    const { job, calls } = await run('setInterval(() => undefined, 1000);', { silenceSeconds: 1 });
    const report = await job.run('work');
    assert.deepEqual(
      calls().map(([session]) => session),
      ['fresh', 'session-1'],
    );
    assert.equal(await job.show(report, 'a.txt'), 'one\nfirst\nsecond');
    assert.match(job.log, /Claude Code printed nothing for 1 s, so it was ended.* It is started once more/);
  });
});
