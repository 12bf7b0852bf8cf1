import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectChecks } from '../../src/checks/detect.ts';
import type { Ecosystem } from '../../src/checks/ecosystems/ecosystem.ts';
import { ecosystems, isManifest, plug } from '../../src/checks/plugs.ts';
import { programsOf } from '../../src/checks/programs.ts';
import { readRepo } from '../../src/checks/repo-files.ts';
import { CI, memoryRepo, workflow, type Tree } from './memory-repo.ts';

const MADE_UP: Ecosystem = {
  name: 'quux',
  manifests: ['Quuxfile', '*.quuxproj'],
  locks: ['quux.lock'],
  ignored: ['quux_modules'],
  toolchain: { quux: 'Install quux from https://quux.example.' },
  extras: { 'quux-style': 'Install quux-style with quux add style.' },
  rules: [
    ['quux', / test /, { kind: 'test' }],
    ['quux', / vet /, { kind: 'lint' }],
    ['quux', / get /, { kind: 'install' }],
    ['quux-style', / --check /, { kind: 'lint' }],
  ],
  subcommands: ['quux'],
  partial: / --only /,
  formatters: [[/quux-style --check/, () => 'quux-style --write']],
  suggest: (files) =>
    files.has('Quuxfile')
      ? {
          install: { run: 'quux get', evidence: 'Quuxfile' },
          proofs: [['test', 'quux test', 'quux test', 'Quuxfile']],
        }
      : undefined,
};

const detected = (tree: Tree): string[] =>
  detectChecks(memoryRepo(tree)).checks.map(({ name, run }) => `${name}: ${run}`);

describe('an ecosystem that is a record and nothing else', () => {
  let unplug: (() => void) | undefined;
  before(() => {
    unplug = plug(MADE_UP);
  });
  after(() => unplug?.());

  it('is found in the root', () => {
    assert.deepEqual(detected({ Quuxfile: '' }), ['install: quux get', 'test: quux test']);
  });

  it('is found in a folder', () => {
    assert.deepEqual(detected({ 'api/Quuxfile': '' }), [
      'install (api): cd api && quux get',
      'test (api): cd api && quux test',
    ]);
  });

  it('is read in CI, with labels, formatters and without what checks one part', () => {
    const lines = ['quux vet', 'quux-style --check', 'quux test --race', 'quux test --only a'];
    assert.deepEqual(detected({ Quuxfile: '', [CI]: workflow(...lines) }), [
      'install: quux get',
      'format: quux-style --write',
      'lint (quux vet): quux vet',
      'lint (quux-style): quux-style --check',
      'test: quux test --race',
    ]);
  });

  it('decides what installs again', () => {
    assert.ok(['Quuxfile', 'a/x.quuxproj', 'quux.lock'].every(isManifest));
    assert.ok(!isManifest('src/a.quux'));
  });

  it('names folders that are not read', () => {
    const dir = mkdtempSync(join(tmpdir(), 'plug-'));
    try {
      mkdirSync(join(dir, 'quux_modules'));
      writeFileSync(join(dir, 'quux_modules', 'a'), '');
      writeFileSync(join(dir, 'b'), '');
      assert.deepEqual(readRepo(dir).paths, ['b']);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it('names its programs and how to install them, and what must be installed besides the language', () => {
    assert.deepEqual(programsOf({ run: 'quux test' }, memoryRepo({})), [
      { program: 'quux', install: 'Install quux from https://quux.example.' },
    ]);
    const { notes } = detectChecks(memoryRepo({ Quuxfile: '', [CI]: workflow('quux-style --check') }));
    assert.deepEqual(notes, ['quux-style must be installed: Install quux-style with quux add style.']);
  });
});

describe('the ecosystems', () => {
  it('leave none behind after a test', () => {
    assert.ok(!ecosystems().some(({ name }) => name === 'quux'));
  });

  it('have names and manifests of their own', () => {
    const names = ecosystems().map(({ name }) => name);
    assert.deepEqual([...new Set(names)], names);
    const manifests = ecosystems()
      .filter(({ name }) => name !== 'gradle')
      .flatMap((record) => record.manifests);
    assert.deepEqual([...new Set(manifests)], manifests);
  });

  const files: [path: string, isOne: boolean][] = [
    ['package.json', true],
    ['web/pnpm-lock.yaml', true],
    ['requirements-dev.txt', true],
    ['requirements/test.txt', true],
    ['a/b/pom.xml', true],
    ['Cargo.lock', true],
    ['src/App.csproj', true],
    ['package.json.md', false],
    ['src/main.go', false],
    ['docs/requirements.md', false],
  ];
  for (const [path, isOne] of files) {
    it(`${path} ${isOne ? 'installs' : 'does not install'} again`, () =>
      assert.equal(isManifest(path), isOne));
  }
});
