import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventLine } from '../../../../src/domain/progress.ts';
import { failedReport, formatReport, type Stage } from '../../../../src/domain/report.ts';
import { claimStage, readSecrets, writeReport } from '../../../../src/engine/local/jobs/claim.ts';

// A stage that does what the task's prompt says: JSON of stage to steps, each `name` or `name:argument`.

const stage = process.argv.at(-1) as Stage;
const dir = process.env['BGTASK_JOB_DIR'] ?? '';
const attempt = process.env['BGTASK_JOB_ATTEMPT'];
const input = JSON.parse(readFileSync(join(dir, 'input.json'), 'utf8')) as { spec: { prompt: string } };
const steps = (JSON.parse(input.spec.prompt) as Partial<Record<Stage, string[]>>)[stage] ?? [];

/** Milliseconds after which a fixture ends by itself, so that a broken engine leaves none behind. */
const LIFE = 120_000;
setTimeout(() => process.exit(1), LIFE).unref();
const forever = (): Promise<never> => new Promise(() => setInterval(() => undefined, 60_000));
const note = (file: string, text: string): void => appendFileSync(join(dir, file), `${text}\n`);

function appears(file: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(dir, () => look());
    const look = (): void => {
      if (!existsSync(join(dir, file))) return;
      watcher.close();
      resolve();
    };
    look();
  });
}

/** A program that left the process group and does not end when asked. */
function escape(): void {
  const stubborn = `process.on('SIGTERM',()=>{});require('fs').writeFileSync('escaped',String(process.pid));setTimeout(()=>{},${LIFE})`;
  spawn(process.execPath, ['-e', stubborn], { cwd: dir, detached: true, stdio: 'ignore' }).unref();
}

const ACTIONS: Record<string, (argument: string) => unknown> = {
  print: (text) => console.log(text),
  write: (text) => process.stdout.write(text),
  event: (json) => console.log(eventLine(JSON.parse(json) as object)),
  leave: (patch) => leave(patch),
  sh: (script) => spawnSync('sh', ['-c', script], { cwd: dir }),
  long: (bytes) => console.log('x'.repeat(Number(bytes))),
  dump: () =>
    writeFileSync(join(dir, 'dump'), JSON.stringify({ env: process.env, argv: process.argv, secrets })),
  readOnly: () => spawnModule(),
  escape: async () => {
    escape();
    await appears('escaped');
    console.log('escaped');
  },
  await: appears,
  hang: forever,
  stubborn: () => {
    process.on('SIGTERM', () => undefined);
    note('stubborn', stage);
    return forever();
  },
  crash: (attempts) =>
    attempts.split(',').includes(attempt ?? '')
      ? process.kill(process.pid, 'SIGKILL') && forever()
      : undefined,
  exit: (code) => process.exit(Number(code)),
  fail: (reason) => {
    writeReport(dir, stage, formatReport(failedReport(stage, 5, reason as 'CloneFailed', 'as told')));
    process.exit(1);
  },
  garbage: () => {
    writeFileSync(join(dir, `${stage}.report.json`), '{"ok":tr');
    process.exit(0);
  },
};

/** Leaves a change as the work stage does. */
function leave(patch: string): void {
  const folder = join(dir, 'workspace', 'left-1');
  mkdirSync(folder);
  const digest = createHash('sha256').update(patch).digest('hex');
  for (const name of ['change.patch', 'change.pack']) writeFileSync(join(folder, name), patch);
  const sizes = { files: 1, added: 1, removed: 0, patch: digest, pack: digest };
  const about = { base: 'a'.repeat(40), commit: 'b'.repeat(40), ...sizes, agent: 'claude' };
  writeFileSync(join(folder, 'change.json'), JSON.stringify(about));
}

/** What a Go module cache looks like: folders without a write bit. */
function spawnModule(): void {
  spawn(
    'sh',
    ['-c', 'mkdir -p workspace/mod/pkg && echo x > workspace/mod/pkg/file && chmod -R a-w workspace/mod'],
    { cwd: dir },
  );
}

async function perform(step: string): Promise<void> {
  const colon = step.indexOf(':');
  const name = colon < 0 ? step : step.slice(0, colon);
  await ACTIONS[name]?.(colon < 0 ? '' : step.slice(colon + 1));
}

if (steps[0] === 'never claims') await forever();
if (steps[0] === 'dies unclaimed') process.exit(9);
const secrets = steps[0] === 'reads nothing' ? {} : await readSecrets();
claimStage(dir, stage);
note('counter', stage);
for (const step of steps) await perform(step);
writeReport(dir, stage, formatReport({ stage, ok: true, progress: 50 }));
