import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Installed, install } from '../program.ts';

interface Case {
  what: string;
  files: Record<string, string>;
  args: string[];
  code: number;
  out: RegExp;
  says: RegExp;
}

const pkg = (scripts: Record<string, string>): string => JSON.stringify({ name: 'sample', scripts });

const CASES: Case[] = [
  {
    what: 'names a program that is missing',
    files: { '.bgtask.yaml': 'checks: [{ name: lint, run: no-such-linter . }]\n' },
    args: [],
    code: 0,
    out: /no-such-linter \./,
    says: /no-such-linter is not installed, and no-such-linter \. needs it/,
  },
  {
    what: 'runs nothing without --run',
    files: { 'package.json': pkg({ test: 'node -e "process.exit(7)"' }) },
    args: [],
    code: 0,
    out: /test +npm (run )?test/,
    says: /^((?!exit code).)*$/s,
  },
  {
    what: 'runs the checks with --run, and fails when one fails',
    files: {
      'package.json': pkg({ lint: 'node -e "console.log(42)"', test: 'node -e "process.exit(7)"' }),
      '.bgtask.yaml': 'checks: [{ name: lint, run: npm run lint }, { name: test, run: npm test }]\n',
    },
    args: ['--run'],
    code: 1,
    out: /^passed {2}lint {2}npm run lint\nfailed {2}test {2}npm test \(exit code 7\)\n$/,
    says: /\$ npm run lint[\s\S]*\n42\n/,
  },
  {
    what: 'does not call it success when --run finds no check',
    files: { 'README.md': 'text\n' },
    args: ['--run'],
    code: 1,
    out: /^$/,
    says: /no linters, type checks or tests were found, so nothing was run/,
  },
];

describe('bgtask checks', () => {
  let program: Installed;
  before(async () => {
    program = await install();
  });
  after(() => program.close());

  CASES.forEach(({ what, files, args, code, out, says }, at) =>
    it(what, async () => {
      const dir = join(program.folder, `checkout-${at}`);
      mkdirSync(dir);
      for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
      const ran = await execa(program.command, ['checks', dir, ...args], {
        env: program.env,
        extendEnv: false,
        reject: false,
        stripFinalNewline: false,
      });
      assert.match(ran.stdout, out);
      assert.match(ran.stderr, says);
      assert.equal(ran.exitCode, code);
    }),
  );
});
