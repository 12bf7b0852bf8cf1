import assert from 'node:assert/strict';
import { yamlHazard } from '../../../src/runner/checks/yaml-guard.ts';
import { workflow } from './memory-repo.ts';

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
  ['a long list', `a: [${'x, '.repeat(5_000)}]`, undefined],
  ['balanced brackets', '${{ x }} [[ y ]]\n'.repeat(1_000), undefined],
];

describe('yamlHazard', () => {
  for (const [promise, text, reason] of hazards) {
    it(`${reason ? 'refuses' : 'lets through'} ${promise}`, () => assert.equal(yamlHazard(text), reason));
  }
});
