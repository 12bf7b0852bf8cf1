import assert from 'node:assert/strict';
import { paintPatch } from '../../../src/cli/patch/paint-patch.ts';

const COLORS: Record<string, string> = { '1': 'bold', '32': 'green', '31': 'red', '36': 'cyan' };

/** Each line's first colour, and its text without colours. */
const read = (text: string): [string, string][] =>
  paintPatch(text)
    .split('\n')
    .map((line) => [
      COLORS[/^\u001b\[(\d+)m/.exec(line)?.[1] ?? ''] ?? '',
      line.replace(/\u001b\[\d+m/g, ''),
    ]);

describe('a patch at a terminal', () => {
  const PATCH: [string, string][] = [
    ['bold', 'diff --git a/q.sql b/q.sql'],
    ['bold', 'index 1..2 100644'],
    ['bold', '--- a/q.sql'],
    ['bold', '+++ b/q.sql'],
    ['cyan', '@@ -1,3 +1,3 @@ where'],
    ['', ' kept'],
    ['red', '--- a removed comment of SQL'],
    ['green', '+++ an added line'],
    ['', ' diff --git in a file'],
    ['bold', 'diff --git a/b.bin b/b.bin'],
    ['bold', 'new file mode 100644'],
    ['', 'GIT binary patch'],
    ['', 'literal 3'],
    ['', '+cmZQzWMBXQ01p5I'],
    ['', ''],
    ['bold', 'diff --git a/one b/one'],
    ['cyan', '@@ -1 +1 @@'],
    ['red', '-a'],
    ['', '\\ No newline at end of file'],
    ['green', '+b'],
    ['', ''],
  ];

  it("has git's colours, and loses no character", () => {
    assert.deepEqual(read(PATCH.map(([, line]) => line).join('\n')), PATCH);
  });
});
