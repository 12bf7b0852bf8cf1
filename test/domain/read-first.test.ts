import assert from 'node:assert/strict';
import { readFirst, type ReadFirstWhy } from '../../src/domain/read-first.ts';

const ROWS: [path: string, why: ReadFirstWhy[]][] = [
  ['src/add.js', []],
  ['README.md', []],
  ['test/add.js', ['checks']],
  ['scripts/test.sh', ['checks']],
  ['tools/run.sh', ['checks']],
  ['tools/other.sh', []],
  ['package.json', ['checks']],
  ['.npmrc', ['checks', 'machine']],
  ['deep/eslint.config.js', ['checks']],
  ['CLAUDE.md', ['agents']],
  ['docs/AGENTS.md', ['agents']],
  ['.claude/settings.json', ['agents']],
  ['.Claude /settings.json', ['agents']],
  ['.mcp.json', ['agents']],
  ['.github/copilot-instructions.md', ['agents']],
  ['.vscode/tasks.json', ['machine']],
  ['.devcontainer/devcontainer.json', ['machine']],
  ['.husky/pre-commit', ['machine']],
  ['.envrc', ['machine']],
];

describe('the files that a reviewer reads first', () => {
  for (const [path, why] of ROWS)
    it(`${path}: ${why.join(', ') || 'none'}`, () => {
      const found = readFirst([path], {
        instructions: [/(^|\/)(claude\.md$|\.claude\/)/],
        isTest: (each) => each.startsWith('test/'),
        commands: ['sh ./tools/run.sh', '{"scripts": {"test": "node --test"}}'],
      });
      const reasons = Object.entries(found).flatMap(([reason, paths]) => (paths.length > 0 ? [reason] : []));
      assert.deepEqual(reasons, why);
    });
});
