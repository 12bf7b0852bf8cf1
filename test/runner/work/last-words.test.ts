import assert from 'node:assert/strict';
import { lastWords } from '../../../src/runner/work/last-words.ts';

const CASES: [what: string, output: string, words: string][] = [
  [
    'npm: without its code, its usage and the address of its log',
    'npm error code 128\nnpm error An unknown git error occurred\nnpm error fatal: Could not read from remote repository.\nnpm error\nnpm error A complete log of this run can be found in: /root/.npm/_logs/x.log\n',
    'An unknown git error occurred · fatal: Could not read from remote repository',
  ],
  ['the lines that name a cause', 'begin\nerror: no such file\ndone\n', 'error: no such file'],
  ['the last lines where none names a cause', 'one\ntwo.\n', 'one · two'],
  ['nothing', '\n', 'it printed nothing'],
];

describe('what a failing command said', () => {
  for (const [what, output, words] of CASES) it(`is ${what}`, () => assert.equal(lastWords(output), words));
});
