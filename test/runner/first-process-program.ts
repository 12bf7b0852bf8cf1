import { readdirSync, readFileSync } from 'node:fs';
import { runProcess } from '../../src/runner/process.ts';

// Runs as the first process of a container, runs the script that it is given, and prints the commands of the processes that still run.
const outcome = await runProcess({
  command: 'sh',
  args: ['-c', process.argv[2] ?? ''],
  cwd: '/',
  env: { PATH: process.env['PATH'] ?? '' },
});
const running = readdirSync('/proc')
  .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
  .map((pid) => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  .filter((stat) => !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2)));
console.log(JSON.stringify({ exitCode: outcome.exitCode, running }));
