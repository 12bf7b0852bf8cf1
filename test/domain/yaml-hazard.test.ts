import assert from 'node:assert/strict';
import { yamlHazard } from '../../src/domain/yaml-hazard.ts';
import { workflow } from '../checks/memory-repo.ts';

const hazards: [promise: string, text: string, reason: string | undefined][] = [
  ['open brackets', '['.repeat(65), 'it nests deeper than 64 levels'],
  ['nested lists on one line', '- '.repeat(64), 'it nests deeper than 64 levels'],
  ['explicit keys on one line', '? '.repeat(64), 'it nests deeper than 64 levels'],
  ['explicit keys on many lines', '?\n'.repeat(101), 'it has more than 100 explicit keys'],
  ['aliases', 'a: &a 1\n' + '- *a\n'.repeat(1_001), 'it has more than 1000 aliases'],
  ['commas', `{${','.repeat(64)}`, 'it repeats commas or anchors without values'],
  ['anchors', '&a '.repeat(64), 'it repeats commas or anchors without values'],
  ['size', 'x'.repeat(262_145), 'it has 262145 characters; at most 262144 are read'],
  ['an ordinary workflow', workflow('npm test'), undefined],
  ['a long list', `a: [${'x, '.repeat(4_000)}]`, undefined],
  ['balanced brackets', '${{ x }} [[ y ]]\n'.repeat(1_000), undefined],
];

describe('yamlHazard', () => {
  for (const [promise, text, reason] of hazards) {
    it(`${reason ? 'refuses' : 'lets through'} ${promise}`, () => assert.equal(yamlHazard(text), reason));
  }
});

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('yamlHazard, of files of objects', () => {
  for (const [what, text, refused] of [
    ['an object', 'a: {b: [1, 2]}\n', false],
    ['60 levels', nested(60), false],
    ['110 levels', nested(110), true],
    [
      '110 levels of indentation',
      Array.from({ length: 110 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
      true,
    ],
    ['110 levels of JSON', `${'{"a":'.repeat(110)}1${'}'.repeat(110)}`, true],
    ['brackets in a text', `a: |\n  ${'['.repeat(500)}\n`, false],
    ['brackets in quotes', `a: "${'['.repeat(500)}"\n`, false],
    ['4,000 entries', 'a: [' + 'x, '.repeat(4000) + ']', false],
    ['6,000 entries', 'a: [' + 'x, '.repeat(6000) + ']', true],
    ['6,000 keys', Array.from({ length: 6000 }, (_, at) => `k${at}: x`).join('\n'), true],
  ] as const) {
    it(`${refused ? 'refuses' : 'lets pass'} ${what}`, () =>
      assert.equal(yamlHazard(text, 3_145_728) !== undefined, refused));
  }
});
