import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasCode } from '../../../src/domain/errors.ts';
import { defaultSettings } from '../../../src/domain/settings.ts';
import { followSettings, loadSettings } from '../../../src/engine/local/local-settings.ts';

describe('The settings of this machine', () => {
  let folder: string;
  let problems: string[];
  let moment: number;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bgtask-settings-'));
    problems = [];
    moment = 1_700_000_000;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (): string => join(folder, 'config.yaml');
  /** Writes the file, each time a second later. */
  const write = (text: string, at = (moment += 1)): void => {
    writeFileSync(file(), text);
    utimesSync(file(), at, at);
  };
  const follow = () => followSettings(folder, (sentence) => problems.push(sentence));
  const isInvalid = (message: RegExp) => (error: unknown) => {
    assert.ok(hasCode(error, 'Invalid'), `not an Invalid error: ${String(error)}`);
    assert.ok(error.message.startsWith(file()), `does not name the file: ${error.message}`);
    assert.match(error.message, message);
    return true;
  };

  it('are the defaults without a file, and without a folder', () => {
    assert.deepEqual(loadSettings(folder), defaultSettings());
    assert.deepEqual(loadSettings(join(folder, 'none')), defaultSettings());
  });

  for (const text of ['', '# nothing\n', '{}', '---\n'])
    it(`are the defaults when the file says nothing: ${JSON.stringify(text)}`, () => {
      write(text);
      assert.deepEqual(loadSettings(folder), defaultSettings());
    });

  it('are those of the file, however old it is', () => {
    for (const at of [1_700_000_000, 1, 0]) {
      write('limits: { perUser: 3 }\n', at);
      assert.equal(loadSettings(folder).limits.perUser, 3, `of ${at} s after 1970`);
    }
  });

  const BAD: [string, string, RegExp][] = [
    ['a wrong field', 'limits: { perUser: many }', /limits\.perUser: .*number/],
    ['an unknown field', 'limit: {}', /Unrecognized key: "limit"/],
    ['a list', '- limits', /document: .*expected object/],
    ['no YAML', 'limits: [1', /is not valid YAML: /],
    ['two documents', 'limits: {}\n---\nlimits: {}\n', /is not valid YAML: .*multiple documents/],
    ['a key twice', 'limits: {}\nlimits: {}\n', /is not valid YAML: .*unique/],
    ['aliases that multiply', `a: &a [1]\nb: [${'*a,'.repeat(25)}]`, /is not valid YAML: .*alias/i],
    ['deep nesting', '['.repeat(10_000), /is refused: it nests deeper/],
    ['too much text', `# ${'x'.repeat(262_144)}`, /is refused: it has 262146 characters/],
  ];
  for (const [name, text, message] of BAD) {
    it(`are refused for ${name}, naming the file`, () => {
      write(text);
      assert.throws(() => loadSettings(folder), isInvalid(message));
    });

    it(`stop a supervisor that starts with ${name}`, () => {
      write(text);
      assert.throws(follow, isInvalid(message));
      assert.deepEqual(problems, []);
    });

    it(`stay when the file becomes bad by ${name}, with one sentence that says so`, () => {
      write('limits: { perUser: 3 }');
      const settings = follow();
      write(text);
      for (let time = 0; time < 3; time++) assert.equal(settings().limits.perUser, 3);
      assert.equal(problems.length, 1);
      assert.ok(problems[0]?.startsWith(file()));
      assert.match(problems[0] ?? '', message);
      assert.match(problems[0] ?? '', /[^.:]\. The previous settings remain in effect\.$/);
    });
  }

  it('are refused when the file cannot be read', () => {
    mkdirSync(file());
    assert.throws(() => loadSettings(folder), isInvalid(/cannot be read: EISDIR/));
  });

  it('follow the file: written, corrected, taken away', () => {
    const settings = follow();
    assert.equal(settings().limits.perUser, 1);
    const steps: [string | undefined, number][] = [
      ['limits: { perUser: 3 }', 3],
      ['limits: { perUser: 4 }', 4],
      ['limits: { perUser: bad }', 4],
      ['limits: { perUser: 5 }', 5],
      [undefined, 1],
      ['limits: { perUser: 6 }', 6],
    ];
    for (const [text, perUser] of steps) {
      if (text === undefined) rmSync(file());
      else write(text);
      assert.equal(settings().limits.perUser, perUser, `after ${text ?? 'the file had gone'}`);
    }
    assert.equal(problems.length, 1);
  });

  it('are not read again while the file stays as it is', () => {
    write('limits: { perUser: 3 }');
    const settings = follow();
    assert.equal(settings(), settings());
    assert.equal(statSync(file()).mtimeMs, moment * 1000);
  });
});
