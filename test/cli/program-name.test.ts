import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programName } from '../../src/cli/program-name.ts';
import { tempFolder } from '../support/stage/remote.ts';

describe('the name of the program in sentences', () => {
  const folder = tempFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'bgtask'), '');
  const script = join(bin, 'bgtask');
  for (const [what, env, path, cwd, name] of [
    ['of a plugin of kubectl', { BGTASK_PROGRAM: 'kubectl-bgtask' }, script, folder, 'kubectl bgtask'],
    ['of a program on the PATH', { PATH: `/none:${bin}` }, script, folder, 'bgtask'],
    ['of a checkout, from its root', { PATH: '/none' }, script, folder, 'bin/bgtask'],
    ['of a checkout, from its bin', { PATH: '/none' }, script, bin, './bgtask'],
    ['of a checkout, from elsewhere', {}, script, '/', script.slice(1)],
    ['of a checkout, from beside it', {}, script, '/none/at/all', script],
    ['of the bundle alone', {}, join(folder, 'dist/main.js'), folder, 'bgtask'],
  ] as const)
    it(what, () => assert.equal(programName(env, path, cwd), name));
});
