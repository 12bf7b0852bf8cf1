import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reason } from '../../../src/domain/reasons.ts';
import type { AgentRequest, AgentResult } from '../../../src/runner/agents/agent.ts';
import { command } from '../../../src/runner/agents/command.ts';
import { NO_ROOM } from '../../support/no-room.ts';

describe('the agent command', () => {
  let cwd: string;
  let log: string[];
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'bgtask-command-'));
    log = [];
  });
  afterEach(() => rm(cwd, { recursive: true, force: true }));
  const run = (script?: string, rest: Partial<AgentRequest> = {}): Promise<AgentResult> =>
    command.run({
      prompt: 'Make the change.',
      spec: { type: 'command', run: script },
      cwd,
      room: NO_ROOM,
      env: { PATH: process.env.PATH ?? '' },
      signal: new AbortController().signal,
      log: (line) => log.push(line),
      progress: () => {},
      ...rest,
    });

  it('runs the shell command in the checkout with the prompt on standard input', async () => {
    assert.deepEqual(await run('cat > prompt.txt && echo one | tr a-z A-Z'), { usage: {} });
    assert.equal(await readFile(join(cwd, 'prompt.txt'), 'utf8'), 'Make the change.');
    assert.deepEqual(log, ['ONE']);
  });

  it('is not run again for failing checks', () => assert.equal(command.repairs, false));

  const failures: { name: string; script?: string; reason?: Reason; says: RegExp }[] = [
    {
      name: 'its last line',
      script: 'echo first; echo "no such rule" >&2; exit 4',
      says: /^The command exited with code 4: no such rule$/,
    },
    {
      name: 'only the code when it said nothing',
      script: 'exit 4',
      says: /^The command exited with code 4$/,
    },
    { name: 'the signal', script: 'kill -KILL $$', says: /^The command was ended by SIGKILL$/ },
    { name: 'that there is nothing to run', reason: 'InvalidTask', says: /needs agent\.run/ },
  ];
  for (const { name, script, reason = 'AgentFailed', says } of failures) {
    it(`fails with ${name}`, () =>
      assert.rejects(run(script), { name: 'StageError', reason, message: says }));
  }

  it('is stopped when the task is', async () => {
    const control = new AbortController();
    const stopped = run('echo ready; sleep 300', { signal: control.signal, log: () => control.abort() });
    await assert.rejects(stopped, { reason: 'AgentFailed', message: /stopped before it ended/ });
  });
});
