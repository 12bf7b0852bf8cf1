import assert from 'node:assert/strict';
import { type ChoiceFlags, choiceOf } from '../../src/cli/which-tasks.ts';

const CHOICES: [names: string[], flags: ChoiceFlags, choice: object][] = [
  [['a', 'b'], {}, { by: 'name', names: ['a', 'b'] }],
  [['a'], { selector: '' }, { by: 'name', names: ['a'] }],
  [[], { all: true }, { by: 'filter', allProjects: false }],
  [[], { selector: 'a=b' }, { by: 'filter', selector: 'a=b', allProjects: false }],
  [[], { status: 'failed' }, { by: 'filter', status: 'failed', allProjects: false }],
  [[], { all: true, status: 'failed', allNamespaces: true }, { by: 'filter', status: 'failed', allProjects: true }],
]; // prettier-ignore

const REFUSED: [names: string[], flags: ChoiceFlags, words: RegExp][] = [
  [[], {}, /^Name the tasks to delete\.$/],
  [[], { allNamespaces: true }, /^Name the tasks to delete\.$/],
  [[], { selector: ' ' }, /^Name the tasks to delete\.$/],
  [['a'], { all: true }, /^Give names, or --all, and not both\.$/],
  [['a'], { selector: 'a=b', status: 'failed' }, /^Give names, or -l and --status, and not both\.$/],
  [['a'], { allNamespaces: true }, /^Give names, or -A, and not both\.$/],
];

const shown = (names: readonly string[], flags: ChoiceFlags): string =>
  [...names, JSON.stringify(flags)].join(' ');

describe('choiceOf', () => {
  for (const [names, flags, choice] of CHOICES)
    it(`${shown(names, flags)} is a choice`, () =>
      assert.deepEqual(choiceOf('delete', names, flags), choice));

  for (const [names, flags, message] of REFUSED)
    it(`${shown(names, flags)} is refused`, () =>
      assert.throws(() => choiceOf('delete', names, flags), { code: 'Usage', message }));

  it('says how tasks can be chosen', () =>
    assert.throws(() => choiceOf('cancel', [], {}), {
      hint: /--all, -l with a label selector, or --status/,
    }));
});
