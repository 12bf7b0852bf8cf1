import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { StageReport } from '../../src/domain/report.ts';
import { worked } from '../support/stage/prepared.ts';

const KEY = ['-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----'] as const;
const ACTIVE = '@everyone <img src="https://tracker.example.com/x.png"> fixes #1';

/** What a hostile work stage says of itself. */
const REPORTS: [promise: string, says: Partial<StageReport>][] = [
  [
    'a key that begins in one text and ends in another',
    {
      checks: [{ name: 'lint', command: `npm run lint ${KEY[0]}`, result: 'passed' }],
      summary: `${KEY[1]}\n\n${ACTIVE}\n\n`,
    },
  ],
  ['a key that does not end', { summary: `${ACTIVE}\n${KEY[0]}` }],
  [
    'a key whose beginning is one only on one line',
    {
      checks: [{ name: '-----BEGIN\nPRIVATE KEY-----', result: 'passed' }],
      summary: `${KEY[1]}\n\n${ACTIVE}`,
    },
  ],
];

/** The lines of a Markdown text that are in no code block of backticks. */
function outside(markdown: string): string[] {
  let fence: string | undefined;
  return markdown.split('\n').filter((line) => {
    const [, ticks, rest = ''] = /^ {0,3}(`{3,})(.*)$/.exec(line) ?? [];
    if (fence === undefined && ticks !== undefined && !rest.includes('`')) fence = ticks;
    else if (fence !== undefined && ticks?.startsWith(fence) && rest.trim() === '') fence = undefined;
    else return fence === undefined;
    return false;
  });
}

describe('the pull request’s text, whatever the work stage says', () => {
  for (const [what, says] of REPORTS)
    it(`has its instructions, its audit trail, and nothing else that forges act on: ${what}`, async () => {
      const { job, work } = await worked({ 'a.txt': 'one\n' }, 'echo two > a.txt');
      await writeFile(job.place.report, JSON.stringify({ ...work, ...says }));
      const { prUrl = '' } = (await job.run('publish')).repo ?? {};
      const text = await readFile(fileURLToPath(prUrl), 'utf8');
      const plain = outside(text).join('\n');
      assert.match(plain, /^## Instructions$/m);
      assert.match(plain, /^## Audit trail\n\n\| \| \|\n\|---\|---\|\n\| Task \| `tidy-up-\d+` \|$/m);
      assert.match(plain, /^\| Creator \| `dev@example\.com` \|$/m);
      assert.doesNotMatch(plain, /@everyone|<img|fixes/);
      assert.match(text, /Tidy up/);
    });
});
