import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StageError } from '../../src/domain/reasons.ts';
import { packageRoot } from '../../src/package-root.ts';
import { handTools } from '../../src/runner/tools.ts';

describe('The runner for a task’s own image', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'bgtask-tools-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is a Node and the bundle, which run from the folder alone, also when copied twice', async () => {
    assert.ok(existsSync(join(packageRoot(), 'dist/main.js')), 'dist/ is missing: run npm run prepare');
    const tools = join(folder, 'below', 'tools');
    await handTools(tools);
    await handTools(tools);
    assert.equal(statSync(join(tools, 'node')).mode & 0o777, 0o755);
    for (const name of readdirSync(tools))
      assert.ok(!lstatSync(join(tools, name)).isSymbolicLink(), `${name} leads out of the folder`);
    const program = [join(tools, 'main.js'), 'version', '-o', 'json'];
    const output = execFileSync(join(tools, 'node'), program, { cwd: folder, env: {}, encoding: 'utf8' });
    assert.equal((JSON.parse(output) as { node: string }).node, process.version);
  });

  it('that cannot be copied fails the clone stage with a sentence', async () => {
    writeFileSync(join(folder, 'file'), '');
    await assert.rejects(handTools(join(folder, 'file', 'tools')), (error) => {
      assert.ok(error instanceof StageError);
      assert.equal(error.reason, 'CloneFailed');
      assert.match(error.message, /^The runner could not be copied for the task's own image: .*ENOTDIR/);
      return true;
    });
  });
});
