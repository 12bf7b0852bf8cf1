import { readFileSync } from 'node:fs';
import type { AgenticSession } from '../../../../src/api/types.ts';
import { JobRunner } from '../../../../src/engine/local/jobs/job-runner.ts';
import { localPaths } from '../../../../src/engine/local/paths.ts';
import type { RunnerInput } from '../../../../src/engine/runner-input.ts';

// A supervisor that starts the tasks of a file and prints a line for every change, until it is killed.

const [stageProgram = '', tasks = ''] = process.argv.slice(2);
const runner = new JobRunner({
  paths: localPaths(),
  command: [process.execPath, stageProgram],
  stageEnv: () => ({ PATH: process.env['PATH'] ?? '' }),
  stageSecrets: () => Promise.resolve({ token: 'not-a-real-token' }),
  times: { poll: 20 },
});
setInterval(() => undefined, 60_000);
const changes = runner.changes(new AbortController().signal);
await runner.resume();
for (const { session, input } of JSON.parse(readFileSync(tasks, 'utf8')) as {
  session: AgenticSession;
  input: RunnerInput;
}[])
  await runner.start(session, input);
console.log('ready');
for await (const key of changes) console.log(key.name);
