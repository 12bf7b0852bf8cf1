import assert from 'node:assert/strict';
import { isAboutFormatting } from '../../../src/runner/work/about-formatting.ts';

const CASES: [instructions: string, wanted: boolean][] = [
  ['Format everything with black', true],
  ['Reformat src with the new style', true],
  ['Please format the whole codebase', true],
  ['Run prettier on all files', true],
  ['Upgrade black to 24.1 and commit what it does', true],
  ['Change the date format of the log lines', false],
  ['The README is badly formatted: add a heading', false],
  ['Use the log format of the other services', false],
  ['Add a black background to the page', false],
  ['Format the date as ISO 8601', false],
  ['Write a formatter for phone numbers', false],
];

describe('instructions that let formatters touch every file', () => {
  for (const [instructions, wanted] of CASES)
    it(`${wanted ? 'do' : 'do not'} include: ${instructions}`, () =>
      assert.equal(isAboutFormatting(instructions), wanted));
});
