import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { toolFolders } from '../../../src/runner/room/tool-folders.ts';

interface Row {
  what: string;
  /** Files below the home; `a -> b` is a link. */
  files: string[];
  /** Folders of PATH below the home. */
  path: string[];
  /** What is seen of the home. */
  seen: string[];
}

const ROWS: Row[] = [
  { what: 'a version of nvm', files: ['.nvm/v22/bin/node', '.nvm/v22/lib/x'], path: ['.nvm/v22/bin'], seen: ['.nvm/v22'] },
  { what: 'shims', files: ['.asdf/shims/node'], path: ['.asdf/shims'], seen: ['.asdf'] },
  { what: 'programs in the home itself', files: ['bin/x'], path: ['bin'], seen: ['bin'] },
  { what: 'cargo, whose folder has credentials', files: ['.cargo/bin/cargo', '.cargo/credentials.toml'], path: ['.cargo/bin'], seen: ['.cargo/bin'] },
  { what: 'programs beside the state of other programs', files: ['.local/bin/x', '.local/state/y'], path: ['.local/bin'], seen: ['.local/bin'] },
  {
    what: 'a link to a version of a program',
    files: ['.local/share/claude/versions/2', '.local/bin/claude -> .local/share/claude/versions/2'],
    path: ['.local/bin'],
    seen: ['.local/bin', '.local/share/claude/versions/2'],
  },
  {
    what: 'a link into an environment of pipx',
    files: ['.local/share/pipx/venvs/black/bin/black', '.local/bin/black -> .local/share/pipx/venvs/black/bin/black'],
    path: ['.local/bin'],
    seen: ['.local/bin', '.local/share/pipx/venvs/black'],
  },
  { what: 'a link that leads nowhere', files: ['bin/x -> gone'], path: ['bin'], seen: ['bin'] },
  { what: 'a folder of PATH that does not exist', files: [], path: ['nothing/bin'], seen: [] },
  { what: 'the home itself on PATH', files: ['x'], path: ['.'], seen: [] },
  { what: 'a folder that holds the task', files: ['work/bin/x', 'work/task/y'], path: ['work/bin'], seen: ['work/bin'] },
]; // prettier-ignore

describe('what a room sees of a home with', () => {
  for (const { what, files, path, seen } of ROWS)
    it(what, () => {
      const home = realpathSync(mkdtempSync(join(tmpdir(), 'bgtask-home-')));
      for (const file of files) {
        const [name = '', target] = file.split(' -> ');
        mkdirSync(dirname(join(home, name)), { recursive: true });
        if (target === undefined) writeFileSync(join(home, name), '');
        else symlinkSync(join(home, target), join(home, name));
      }
      const found = toolFolders({
        path: ['relative/bin', '/usr/bin', ...path.map((folder) => join(home, folder))].join(delimiter),
        home,
        apart: [join(home, 'work/task')],
      });
      assert.deepEqual(
        found,
        seen.map((folder) => join(home, folder)),
      );
    });
});
