import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manPages } from '../../../src/build/man/pages.ts';
import { VERBS } from '../../../src/cli/verbs.ts';
import { packageRoot } from '../../../src/package-root.ts';
import { needs } from '../../support/needs.ts';

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const titles = (page: string): string[] => [...page.matchAll(/^\.SH (.+)$/gm)].map(([, title = '']) => title);

describe('the man pages', () => {
  let pages: Record<string, string>;
  before(async () => {
    pages = await manPages();
  });
  const read = (name: string): string => pages[name] ?? '';

  it('are one of the program, one of each verb, and one of the other name', () => {
    const verbs = VERBS.filter(({ hidden }) => !hidden).map(({ name }) => `bgtask-${name}.1`);
    assert.deepEqual(Object.keys(pages), ['bgtask.1', ...verbs, 'kubectl-bgtask.1']);
    assert.equal(pages['kubectl-bgtask.1'], '.so man1/bgtask.1\n');
  });

  it('have the sections that a reader of man pages looks for', () => {
    for (const [name, page] of Object.entries(pages).filter(([each]) => each.startsWith('bgtask'))) {
      const wanted = ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'OPTIONS', 'EXIT STATUS', 'ENVIRONMENT', 'SEE ALSO'];
      assert.deepEqual(
        wanted.filter((title) => !titles(page).includes(title)),
        [],
        name,
      );
    }
    assert.ok(titles(read('bgtask-create.1')).includes('EXAMPLES'));
    assert.ok(titles(read('bgtask-create.1')).includes('ARGUMENTS'));
  });

  it('have both names of a command', () => {
    assert.match(
      read('bgtask-create.1'),
      /^\.SH NAME\nbgtask\\-create, kubectl\\-bgtask\\-create \\- Send a chore/m,
    );
    assert.match(
      read('bgtask-create.1'),
      /^bgtask create \[options\] \[name\]\nkubectl bgtask create \[options\]/m,
    );
  });

  it('have options, subcommands, exit codes and environment variables', () => {
    assert.match(read('bgtask-create.1'), /^\.TP\n\\fB\\-\\-repo <url>\\fR\nhttps, ssh or git@ URL/m);
    assert.match(read('bgtask-template.1'), /^\.SS bgtask template from\\-task /m);
    assert.match(read('bgtask.1'), /^\.TP\n\\fB124\\fR\nThe wait /m);
    assert.match(read('bgtask.1'), /^\\fBBGTASK_PROJECT, BGTASK_ENGINE\\fR$/m);
  });

  it('are in the package, and package.json names them, for npm to link', () => {
    const { man } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
      man: string[];
    };
    const names = Object.keys(pages).map((name) => `man/${name}`);
    assert.deepEqual(man.toSorted(), names.toSorted());
    const options = { cwd: packageRoot(), encoding: 'utf8', maxBuffer: 1e8 } as const;
    const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], options);
    const [{ files } = { files: [] }] = JSON.parse(packed) as { files: { path: string }[] }[];
    const inPackage = files.map(({ path }) => path).filter((path) => path.startsWith('man/'));
    assert.deepEqual(inPackage.toSorted(), names.toSorted());
  });

  it('are formatted without a warning', function () {
    needs(this, has('groff'), 'it needs groff');
    for (const name of Object.keys(pages).filter((each) => each.startsWith('bgtask'))) {
      const { stderr, status } = spawnSync('groff', ['-man', '-Tutf8', '-ww'], {
        input: read(name),
        encoding: 'utf8',
      });
      assert.deepEqual([status, stderr], [0, ''], name);
    }
  });
});
