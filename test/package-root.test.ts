import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot, packageVersion } from '../src/package-root.ts';

describe('The package’s root', () => {
  let folder: string;
  beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'bgtask-root-')))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const put = (path: string): string => {
    const file = join(folder, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, '{}');
    return file;
  };

  it('of this program has what is looked for there', () => {
    for (const name of ['package.json', 'kubectl-bgtask.json', 'crds', 'templates'])
      assert.ok(existsSync(join(packageRoot(), name)), `${name} is missing`);
  });

  const CASES: [string, string, string, string][] = [
    ['a source file’s', 'package.json', 'src/service/x.ts', '.'],
    ['a bundle’s', 'package.json', 'dist/main.js', '.'],
    ['a chunk’s of a bundle', 'package.json', 'dist/chunks/x.js', '.'],
    ['that of tools in an image, beside the bundle', 'tools/package.json', 'tools/main.js', 'tools'],
    ['marked by kubectl-bgtask.json too', 'kubectl-bgtask.json', 'dist/main.js', '.'],
  ];
  for (const [name, marker, from, root] of CASES)
    it(`is ${name}`, () => {
      put(marker);
      assert.equal(packageRoot(put(from)), join(folder, root));
    });

  it('is the nearest of several', () => {
    put('package.json');
    put('node_modules/kubectl-bgtask/package.json');
    assert.equal(
      packageRoot(put('node_modules/kubectl-bgtask/dist/main.js')),
      join(folder, 'node_modules/kubectl-bgtask'),
    );
  });

  it('is missed with the file’s name where there is none', () =>
    assert.throws(() => packageRoot('/main.js'), /^Error: no package above \/main\.js$/));

  it('says the version', () => {
    const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
      version: string;
    };
    assert.equal(packageVersion(), version);
  });
});
