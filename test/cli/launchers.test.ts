import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const root = fileURLToPath(new URL('../../', import.meta.url));
const MAIN =
  'console.log(JSON.stringify([process.env.BGTASK_PROGRAM, ...process.argv.slice(2)]));\nprocess.exitCode = 3;\n';
const OLD =
  "const old = { ...process.versions, node: '20.18.3' };\nObject.defineProperty(process, 'versions', { value: old });\n";

const launch = (file: string, env: Record<string, string> = {}) =>
  execa(file, ['list', '-A', ''], { reject: false, env });

describe('the launchers', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bgtask-launchers-'));
    cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const build = (): void => {
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist/main.js'), MAIN);
  };

  for (const [name, seen] of [
    ['bgtask', ['bgtask', 'list', '-A', '']],
    ['kubectl-bgtask', ['kubectl-bgtask', 'list', '-A', '']],
    ['kubectl_complete-bgtask', ['kubectl-bgtask', '__complete', 'list', '-A', '']],
  ] as const) {
    it(`${name} runs the program under its name, with its arguments and exit code, through a link too`, async () => {
      build();
      symlinkSync(join(folder, 'bin', name), join(folder, name));
      for (const file of [join(folder, 'bin', name), join(folder, name)]) {
        const { exitCode, stdout } = await launch(file, { BGTASK_PROGRAM: 'another' });
        assert.deepEqual([exitCode, JSON.parse(stdout)], [3, seen]);
      }
    });
  }

  it('say that the program is not built, and what to do', async () => {
    const { exitCode, stdout, stderr } = await launch(join(folder, 'bin/bgtask'));
    assert.deepEqual([exitCode, stdout], [1, '']);
    assert.match(stderr, /^error: bgtask is not built: .*dist\/main\.js is missing\.\nRun "npm ci" in /);
  });

  it('say that Node is too old, and which one is needed', async () => {
    build();
    writeFileSync(join(folder, 'old.cjs'), OLD);
    const { exitCode, stdout, stderr } = await launch(join(folder, 'bin/bgtask'), {
      NODE_OPTIONS: `--require=${join(folder, 'old.cjs')}`,
    });
    assert.deepEqual([exitCode, stdout], [1, '']);
    assert.match(stderr, /^error: bgtask needs Node 20\.19 or newer; this is v/);
  });
});
