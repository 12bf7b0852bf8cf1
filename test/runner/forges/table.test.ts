import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { forgeFor, forgeKinds } from '../../../src/runner/forges/table.ts';
import { contextOf, TOKEN } from './fixtures.ts';

describe('table of forges', () => {
  for (const [repository, env, name] of [
    ['https://github.com/example-org/app', {}, 'github'],
    ['git@github.example.com:example-org/app.git', { GH_HOST: 'github.example.com' }, 'github'],
    ['https://git.example.com/example-org/app', {}, 'file'],
    ['/srv/git/app.git', {}, 'file'],
    ['file:///srv/git/app.git', {}, 'file'],
  ] as const) {
    it(`gives ${repository} to ${name}`, () => assert.equal(forgeFor(repository, env).name, name));
  }

  it('makes a working forge of each kind', async () => {
    for (const kind of forgeKinds()) {
      const context = contextOf({ repository: 'https://github.com/example-org/app', token: TOKEN });
      assert.equal((await kind.create(context, {})).name, kind.name);
    }
  });

  it('loads octokit for GitHub only', async () => {
    const entry = fileURLToPath(new URL('../../../src/runner/forges/table.ts', import.meta.url));
    const options = {
      bundle: true,
      write: false,
      metafile: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      outdir: 'out',
    } as const;
    const { metafile } = await build({ entryPoints: [entry], ...options });
    const reached = new Set<string>();
    const left = Object.keys(metafile.inputs).filter((path) => path.endsWith('forges/table.ts'));
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      if (reached.has(path)) continue;
      reached.add(path);
      for (const one of metafile.inputs[path]?.imports ?? [])
        if (one.kind !== 'dynamic-import') left.push(one.path);
    }
    assert.ok([...reached].some((path) => path.endsWith('forges/file.ts')));
    assert.deepEqual(
      [...reached].filter((path) => path.includes('@octokit')),
      [],
    );
    assert.ok(Object.keys(metafile.inputs).some((path) => path.includes('@octokit/rest')));
  });
});
