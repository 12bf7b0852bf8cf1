import assert from 'node:assert/strict';
import { withoutFolders } from '../../../src/checks/results/lines.ts';

const FOLDER = '/tmp/job-1/checkout';
const CASES: [line: string, shown: string][] = [
  [`${FOLDER}/src/a.ts:1:2: error: bad`, 'src/a.ts:1:2: error: bad'],
  [`    at file://${FOLDER}/src/a.js:3:4`, '    at src/a.js:3:4'],
  [`FAIL ${FOLDER}/a.js and ${FOLDER}/b.js`, 'FAIL a.js and b.js'],
  [`make: Entering directory '${FOLDER}'`, "make: Entering directory '.'"],
  ['/usr/lib/node_modules/x.js:1', '/usr/lib/node_modules/x.js:1'],
  ['a line without paths', 'a line without paths'],
];

describe('paths of a checkout in a line of output', () => {
  for (const [line, shown] of CASES)
    it(`are relative to it: ${line}`, () => assert.equal(withoutFolders(line, [FOLDER]), shown));
});
