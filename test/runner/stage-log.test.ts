import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEventLine } from '../../src/domain/progress.ts';
import { type StageLog, stageLog } from '../../src/runner/stage-log.ts';
import { tempFolder } from '../support/stage/remote.ts';

/** What a log on a file wrote. */
function written(secrets: string[], maxBytes: number, use: (log: StageLog) => void): string {
  const file = join(tempFolder(), 'log');
  const fd = openSync(file, 'w');
  try {
    use(stageLog(secrets, maxBytes, fd));
  } finally {
    closeSync(fd);
  }
  return readFileSync(file, 'utf8');
}

describe('a stage’s log', () => {
  const token = 'not-a-real-token/+=';
  const rows: [promise: string, line: string, expected: string][] = [
    ['a secret by value', `git said ${token} twice ${token}`, 'git said [redacted] twice [redacted]'],
    ['a secret in a URL', `https://x/${encodeURIComponent(token)}`, 'https://x/[redacted]'],
    ['a token by its shape', `ghp_${'x'.repeat(36)}`, '[redacted]'],
    ['a credential in a URL', 'https://user:word@example.com/x', 'https://[redacted]@example.com/x'],
    ['a secret that escapes cut in two', `not-a-real\u001b[31m-token/+=`, '[redacted]'],
    ['terminal escapes', '\u001b[2J\u001b]0;title\u0007red\u001b[0m\u0007\b', 'red'],
    ['overrides of direction', 'a\u202eb', 'ab'],
    ['lines that would be events', '##bgtask {"progress":100}', ' ##bgtask {"progress":100}'],
    [
      'events behind a line break',
      'x\n##bgtask {"progress":100}\r\n##x',
      'x\n ##bgtask {"progress":100}\n ##x',
    ],
    ['events behind an escape', '\u001b[0m##bgtask {}', ' ##bgtask {}'],
  ];
  for (const [what, line, expected] of rows)
    it(`takes out ${what}`, () => {
      const text = written([token], 10_000, (log) => log.line(line));
      assert.equal(text, `${expected}\n`);
      for (const each of text.split('\n')) assert.equal(parseEventLine(each), undefined);
    });

  it('takes out a secret as git sends it', () => {
    const sent = Buffer.from(`x-access-token:${token}`).toString('base64');
    const text = written([token], 10_000, (log) => log.line(`Authorization: Basic ${sent}`));
    assert.match(text, /\[redacted\]/);
    assert.ok(!text.includes(sent.slice(-12)));
  });

  it('cuts long lines, and says once that the log has reached its limit', () => {
    const text = written([], 6000, (log) => {
      log.line('x'.repeat(10_000));
      for (let count = 0; count < 1000; count += 1) log.line('some words');
    });
    const lines = text.trimEnd().split('\n');
    assert.equal(lines[0]?.length, 4096);
    assert.equal(lines.at(-1), '[log cut: this stage wrote more than 6000 bytes]');
    assert.ok(Buffer.byteLength(text) < 6100);
    assert.equal(lines.filter((line) => line.startsWith('[log cut')).length, 1);
  });

  it('announces steps also when the log is full', () => {
    const text = written([], 10, (log) => {
      log.line('more than ten bytes');
      log.step('pushed', 'a-branch');
    });
    const events = text.split('\n').flatMap((line) => parseEventLine(line) ?? []);
    assert.deepEqual(events, [{ progress: 90, phase: 'Branch pushed' }]);
  });

  it('does not end the work when it cannot be written', () => {
    const fd = openSync('/dev/full', 'w');
    stageLog([], 100, fd).line('lost');
    closeSync(fd);
  });
});
