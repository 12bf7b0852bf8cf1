import assert from 'node:assert/strict';
import { checkFailure, checkTitle, checkWord } from '../../src/domain/check-words.ts';

describe('the words of checks', () => {
  const cases: [string, string][] = [
    ['format', 'Formatting'],
    ['lint', 'Linting'],
    ['lint (ruff)', 'Linting'],
    ['typecheck', 'Type checking'],
    ['test', 'Tests'],
    ['licences', 'licences'],
    ['constructor', 'constructor'],
    ['toString', 'toString'],
    ['', ''],
  ];
  for (const [name, word] of cases)
    it(`a check ${JSON.stringify(name)} is spoken of as ${JSON.stringify(word)}`, () =>
      assert.equal(checkWord(name), word));

  const titles: [string, string][] = [
    ['lint', 'Linting'],
    ['lint (eslint)', 'Linting (eslint)'],
    ['lint (web: eslint)', 'Linting (web: eslint)'],
    ['typecheck (tsc)', 'Type checking (tsc)'],
    ['licences', 'licences'],
    ['toString x', 'toString x'],
    ['', ''],
  ];
  for (const [name, title] of titles)
    it(`the title of a check ${JSON.stringify(name)} is ${JSON.stringify(title)}`, () =>
      assert.equal(checkTitle(name), title));

  it('a failure names the check, the command and the exit code', () =>
    assert.equal(checkFailure('lint', 'npm run lint', 1), 'Linting failed: npm run lint exited with code 1'));
  it('a check that hung names its limit', () =>
    assert.equal(
      checkFailure('test', 'npm test', undefined, 900),
      'Tests failed: npm test did not end within 900 seconds',
    ));
});
