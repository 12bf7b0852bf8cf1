import assert from 'node:assert/strict';
import { safeText } from '../../../src/cli/output/safe.ts';

/** What each CI sets, and a CI that sets nothing else. */
const CIS: readonly Record<string, string>[] = [
  { GITHUB_ACTIONS: 'true' },
  { TF_BUILD: 'True' },
  { TEAMCITY_VERSION: '2024.12' },
  { CI: 'true' },
];

/** A line that one of them takes for a command, and how it is printed there. */
const COMMANDS: readonly [string, string][] = [
  ['::add-mask::x', ': :add-mask::x'],
  ['   ::error file=a.js,line=1::x', '   : :error file=a.js,line=1::x'],
  ['\t::stop-commands::token', '\t: :stop-commands::token'],
  ['\u00a0::debug::x', '\u00a0: :debug::x'],
  ['##[add-mask]x', '## [add-mask]x'],
  ['words before ##[set-env name=A]x', 'words before ## [set-env name=A]x'],
  ['##vso[task.setvariable variable=a]b', '## vso[task.setvariable variable=a]b'],
  ['  | ##vso[task.complete result=Failed]', '  | ## vso[task.complete result=Failed]'],
  ['##VSO[task.debug]x', '## VSO[task.debug]x'],
  ["##teamcity[buildStatus status='SUCCESS']", "## teamcity[buildStatus status='SUCCESS']"],
  ['###vso[task.debug]x', '### vso[task.debug]x'],
  ['first\n\n::group::x\n ##[endgroup]', 'first\n\n: :group::x\n ## [endgroup]'],
  ['first\r::error::x', 'first\n: :error::x'],
  ['\u001b[31m::error::x', ': :error::x'],
  // .NET's search passes over what it cannot see.
  ['#\u200b#vso[task.debug]x', '#\\u200b#vso[task.debug]x'],
];

const HARMLESS = ['std::string a', 'a ::b', 'a: ::1', '## Heading', '##bgtask', '[link]', '::'.slice(1)];

describe('text that a CI prints', () => {
  for (const env of CIS)
    for (const [line, printed] of COMMANDS)
      it(`${Object.keys(env)[0]}: ${JSON.stringify(line)} is not a command`, () =>
        assert.equal(safeText(line, env), printed));

  for (const text of HARMLESS)
    it(`${JSON.stringify(text)} stays as it is`, () => assert.equal(safeText(text, { CI: 'true' }), text));

  for (const env of [{}, { CI: '' }, { CI: 'false' }, { CI: '0' }])
    it(`a line stays as it is outside of CI: ${JSON.stringify(env)}`, () =>
      assert.equal(safeText('::error::x\n##vso[a.b]', env), '::error::x\n##vso[a.b]'));

  it('takes a hundred thousand blank lines', () => {
    safeText(`${' \n'.repeat(100_000)}::error::x`, { CI: 'true' });
  });
});
