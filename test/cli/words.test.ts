import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgenticSession, Phase } from '../../src/api/types.ts';
import { parseDuration } from '../../src/cli/duration.ts';
import { asCalled, explain } from '../../src/cli/exit.ts';
import { verbOf } from '../../src/cli/global-options.ts';
import { absoluteRepository, namedRepository, repositoryRoot } from '../../src/cli/repository.ts';
import { targetOf } from '../../src/cli/wait-target.ts';
import { BgtaskError, type ErrorCode } from '../../src/domain/errors.ts';

describe('verbOf', () => {
  for (const [line, verb] of [
    ['list', 'list'],
    ['-n team list', 'list'],
    ['--namespace=team list', 'list'],
    ['-A -o json list x', 'list'],
    ['--color always get', 'get'],
    ['-n', undefined],
    ['--help', undefined],
    ['', undefined],
  ] as const) {
    it(`finds ${verb} in "${line}"`, () => assert.equal(verbOf(line.split(' ').filter(Boolean)), verb));
  }
});

describe('parseDuration', () => {
  for (const [text, milliseconds] of [
    ['90', 90_000],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['500ms', 500],
    ['0s', 0],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(parseDuration(text, '--timeout'), milliseconds));
  }
  for (const text of ['', 'soon', '-1s', '1.5h', '1d', '1h 30m', 's', '99999999999s']) {
    it(`refuses "${text}", naming the option`, () =>
      assert.throws(() => parseDuration(text, '--timeout'), { code: 'Usage', message: /^--timeout: / }));
  }
});

describe('targetOf', () => {
  const at = (phase: Phase): AgenticSession => ({ status: { phase } }) as AgenticSession;
  for (const [text, phase, reached, missed] of [
    ['completed', 'Completed', true, false],
    ['completed', 'Failed', false, true],
    ['completed', 'Running', false, false],
    ['phase=Running', 'Running', true, false],
    ['running', 'Completed', false, true],
    ['FAILED', 'Failed', true, false],
    ['ended', 'Timeout', true, false],
    ['ended', 'Pending', false, false],
  ] as const) {
    it(`--for=${text}: ${phase} is ${reached ? 'reached' : missed ? 'missed' : 'neither'}`, () => {
      const target = targetOf(text);
      assert.deepEqual([target.reached(at(phase)), target.missed(at(phase))], [reached, missed]);
    });
  }
  it('refuses another word with those there are', () =>
    assert.throws(() => targetOf('done'), { code: 'Usage', hint: /completed, ended, or a phase: Pending/ }));
});

describe('repositories on the command line', () => {
  for (const [text, url] of [
    ['.', '/work/app'],
    ['..', '/work'],
    ['../b', '/work/b'],
    ['/srv/git/app.git', '/srv/git/app.git'],
    ['sub/folder', '/work/app/sub/folder'],
    ['~/app', '/home/alex/app'],
    ['~', '/home/alex'],
    ['https://example.com/o/r', 'https://example.com/o/r'],
    ['git@example.com:o/r.git', 'git@example.com:o/r.git'],
    ['ext::sh', 'ext::sh'],
    ['--upload-pack=x', '--upload-pack=x'],
  ] as const) {
    it(`${text} is ${url}`, () => assert.equal(absoluteRepository(text, '/work/app', '/home/alex'), url));
  }

  describe('on disk', () => {
    let folder: string;
    before(() => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'bgtask-repository-')));
      mkdirSync(join(folder, 'app/.git'), { recursive: true });
      mkdirSync(join(folder, 'app/src/deep'), { recursive: true });
      mkdirSync(join(folder, 'bare.git/objects'), { recursive: true });
      mkdirSync(join(folder, 'bare.git/HEAD'));
    });
    after(() => rmSync(folder, { recursive: true }));

    it('a folder inside a repository means the repository, bare ones too', () => {
      assert.equal(repositoryRoot(join(folder, 'app/src/deep')), join(folder, 'app'));
      assert.equal(repositoryRoot(join(folder, 'bare.git')), join(folder, 'bare.git'));
      assert.equal(namedRepository('src', join(folder, 'app')), join(folder, 'app'));
    });
    it('what is no folder, or in no repository, is refused with what to do', () => {
      assert.throws(() => repositoryRoot(join(folder, 'none')), {
        code: 'Usage',
        message: /there is no folder/,
      });
      assert.throws(() => repositoryRoot(folder), { code: 'Usage', hint: /git init/ });
      assert.equal(namedRepository('none', folder), join(folder, 'none'));
    });
  });
});

describe('explain', () => {
  const told = (error: unknown, program = 'bgtask', verbose = false): { code: number; text: string } => {
    let text = '';
    const code = explain(error, verbose, { program, err: (words) => void (text += words) });
    return { code, text };
  };
  const CODES: Record<ErrorCode, number> = {
    Usage: 2,
    Invalid: 2,
    TooLarge: 2,
    NotFound: 5,
    AlreadyExists: 1,
    Conflict: 1,
    Forbidden: 4,
    Unauthorized: 4,
    LimitReached: 8,
    Unavailable: 1,
    WaitTimeout: 124,
    Interrupted: 130,
  };
  for (const [code, exit] of Object.entries(CODES)) {
    it(`${code} is exit code ${exit}`, () =>
      assert.deepEqual(told(new BgtaskError(code as ErrorCode, 'Why.', { hint: 'Then?' })), {
        code: exit,
        text: 'error: Why.\nThen?\n',
      }));
  }
  it('anything else is exit code 1, without its stack unless -v asks', () => {
    assert.deepEqual(told(new Error('Broken.')), { code: 1, text: 'error: Broken.\n' });
    assert.equal(told('text').text, 'error: text\n');
    assert.match(told(new Error('Broken.'), 'bgtask', true).text, /\n {4}at .*words\.test\.ts/);
  });
  it('names the program as it was called, and leaves names and paths alone', () => {
    assert.equal(asCalled('See: bgtask list', { program: 'kubectl bgtask' }), 'See: kubectl bgtask list');
    assert.equal(
      asCalled('bin/bgtask list, a-bgtask x, bgtask-demo', { program: 'kubectl bgtask' }),
      'bin/bgtask list, a-bgtask x, bgtask-demo',
    );
  });
});
