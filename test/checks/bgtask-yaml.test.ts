import assert from 'node:assert/strict';
import { StageError } from '../../src/domain/reasons.ts';
import { readBgtaskFile } from '../../src/checks/bgtask-yaml.ts';
import { memoryRepo } from './memory-repo.ts';

const read = (text: string): unknown => readBgtaskFile(memoryRepo({ '.bgtask.yaml': text }));

const BOMB = ['a: &a [x, x, x, x, x, x, x, x, x]', 'b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]', 'c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]', 'checks: [*c, *c, *c, *c, *c, *c, *c, *c, *c]'].join('\n'); // prettier-ignore
const many = (count: number): string =>
  Array.from({ length: count }, (_item, index) => `{ name: n${index}, run: x }`).join(', ');

const refusals: [promise: string, text: string, sentence: string | RegExp][] = [
  [
    'an unknown field',
    'check: []',
    '.bgtask.yaml: unknown field check; known are install, checks, format, protectedPaths',
  ],
  [
    'an unknown field of a check',
    'checks: [{ name: a, run: b, timeout: 3 }]',
    '.bgtask.yaml: unknown field checks[0].timeout; known are name, run, kind',
  ],
  ['a document that is a list', '- a', '.bgtask.yaml: the document must be a mapping, not a list'],
  ['checks that are not a list', 'checks: { a: b }', '.bgtask.yaml: checks must be a list, not a mapping'],
  ['a check that is a text', 'checks: [npm test]', '.bgtask.yaml: checks[0] must be a mapping, not a string'],
  [
    'a check without a name',
    'checks: [{ run: x }]',
    '.bgtask.yaml: checks[0].name must be a text, not empty',
  ],
  [
    'a check without a command',
    'checks: [{ name: x }]',
    '.bgtask.yaml: checks[0].run must be a text, not empty',
  ],
  ['an empty command', 'checks: [{ name: x, run: "  " }]', '.bgtask.yaml: checks[0].run must not be empty'],
  ['a command that is a number', 'install: 3', '.bgtask.yaml: install must be a text, not a number'],
  [
    'two checks of one name',
    'checks: [{ name: x, run: a }, { name: x, run: b }]',
    '.bgtask.yaml: checks[1].name repeats x; names must be unique',
  ],
  [
    'an unknown kind',
    'checks: [{ name: x, run: a, kind: install }]',
    '.bgtask.yaml: checks[0].kind must be one of format, lint, typecheck, test',
  ],
  [
    'a name that is too long',
    `checks: [{ name: ${'n'.repeat(65)}, run: a }]`,
    '.bgtask.yaml: checks[0].name has 65 characters; at most 64 are allowed',
  ],
  [
    'a command that is too long',
    `install: ${'n'.repeat(1025)}`,
    '.bgtask.yaml: install has 1025 characters; at most 1024 are allowed',
  ],
  ['too many checks', `checks: [${many(21)}]`, '.bgtask.yaml: checks has 21 entries; at most 20 are allowed'],
  ['control characters', 'install: "a\\eb"', '.bgtask.yaml: install must not have control characters'],
  [
    'a protected path that leaves the tree',
    'protectedPaths: [src, ../x]',
    ".bgtask.yaml: protectedPaths[1] must be a path below the repository's root, without / at its start and without ..",
  ],
  [
    'an absolute protected path',
    'protectedPaths: [/etc]',
    ".bgtask.yaml: protectedPaths[0] must be a path below the repository's root, without / at its start and without ..",
  ],
  [
    'a protected path that no glob may be: a negation',
    'protectedPaths: [src, "!deploy"]',
    '.bgtask.yaml: protectedPaths[1] "!deploy" must not use "!", "(…)" or "{a..b}"',
  ],
  [
    'a protected path with a range of numbers',
    'protectedPaths: ["env{1..9}/*"]',
    '.bgtask.yaml: protectedPaths[0] "env{1..9}/*" must not use "!", "(…)" or "{a..b}"',
  ],
  [
    'a protected path whose braces unfold to too much',
    `protectedPaths: ["{${'abcdefg,'.repeat(7)}h}{${'abcdefg,'.repeat(7)}h}{x,yyyyyyyyyyyyyyyyyyyyyyyyyyyyy}"]`,
    /^\.bgtask\.yaml: protectedPaths\[0\] ".*" stands for more than 64 alternatives$/,
  ],
  ['bad YAML', 'checks: [', /^\.bgtask\.yaml: is not valid YAML: .* at line 1/],
  [
    'a key that stands twice',
    'install: a\ninstall: b',
    /^\.bgtask\.yaml: is not valid YAML: Map keys must be unique at line/,
  ],
  ['an unknown tag', 'install: !exec x', /^\.bgtask\.yaml: is not valid YAML: Unresolved tag: !exec/],
  ['a YAML bomb', BOMB, /^\.bgtask\.yaml: cannot be read: Excessive alias count/],
  [
    'YAML that nests too deep',
    `checks: ${'['.repeat(20_000)}`,
    '.bgtask.yaml: cannot be read: it nests deeper than 64 levels',
  ],
  [
    'a file that is too large',
    `install: ${'x'.repeat(70_000)}`,
    '.bgtask.yaml: has 70009 characters; at most 65536 are read',
  ],
];

describe('readBgtaskFile', () => {
  for (const [promise, text, sentence] of refusals) {
    it(`refuses ${promise}`, () => {
      assert.throws(
        () => read(text),
        (error) => {
          assert.ok(error instanceof StageError, String(error));
          assert.equal(error.reason, 'InvalidTask');
          if (typeof sentence === 'string') assert.equal(error.message, sentence);
          else assert.match(error.message, sentence);
          return true;
        },
      );
    });
  }

  it('refuses a file that is not UTF-8', () => {
    const files = { paths: ['.bgtask.yaml'], has: () => true, read: () => undefined };
    assert.throws(() => readBgtaskFile(files), /is not UTF-8 text/);
  });

  it('reads every field, and one formatter without a list', () => {
    assert.deepEqual(
      read(
        'install: npm ci\nformat: npm run fmt\nchecks:\n  - name: unit\n    run: |\n      a\n      b\n    kind: test\nprotectedPaths: [deploy/, "*.lock"]\n',
      ),
      {
        install: 'npm ci',
        format: ['npm run fmt'],
        checks: [{ name: 'unit', run: 'a\nb', kind: 'test' }],
        protectedPaths: ['deploy/', '*.lock'],
      },
    );
  });

  it('is undefined without the file and empty for an empty one', () => {
    assert.equal(readBgtaskFile(memoryRepo({})), undefined);
    assert.deepEqual(read(''), {});
  });
});
