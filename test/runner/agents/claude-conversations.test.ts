import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { claudeConversations } from '../../../src/runner/agents/claude-conversations.ts';
import { tempFolder } from '../../support/stage/remote.ts';

const write = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '{}\n');
};

describe('the conversation of Claude Code', () => {
  let home: string;
  let others: string;
  beforeEach(() => {
    home = tempFolder();
    others = tempFolder();
    write(join(others, 'projects/one/abc.jsonl'));
  });

  const link = (to: string, path: string): void => {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    symlinkSync(join(others, to), join(home, path));
  };

  it('is found in the folder of its project', async () => {
    write(join(home, '.claude/projects/two/abc.jsonl'));
    assert.equal(await claudeConversations.find(home, 'abc'), join(home, '.claude/projects/two/abc.jsonl'));
  });

  const rows: [what: string, to: string, path: string][] = [
    ['its file', 'projects/one/abc.jsonl', '.claude/projects/two/abc.jsonl'],
    ['the folder of its project', 'projects/one', '.claude/projects/two'],
    ['the folder of all projects', 'projects', '.claude/projects'],
    ['the folder of the program', '.', '.claude'],
  ];
  for (const [what, to, path] of rows)
    it(`is not taken where ${what} is a link of the agent`, async () => {
      link(to, path);
      assert.equal(await claudeConversations.find(home, 'abc'), undefined);
    });

  it('is not looked for by a name with a path in it', async () =>
    assert.equal(await claudeConversations.find(home, '../abc'), undefined));
});
