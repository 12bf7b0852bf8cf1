import assert from 'node:assert/strict';
import { isSentence, nameOfWords } from '../../src/cli/named-by-words.ts';
import { openWorld, type World } from './world.ts';

const NAMES: readonly [words: string, name: string][] = [
  ['Upgrade lodash to 4.17.21', 'upgrade-lodash-to-4-17-21'],
  ['  Fix   the linter’s errors!  ', 'fix-the-linter-s-errors'],
  ['Größe ändern', 'grosse-andern'.replace('grosse', 'gro-e')],
  ['2 files are wrong', 'task-2-files-are-wrong'],
  ['日本語の 説明', 'task'],
  ['Replace every use of the deprecated request library by undici', 'replace-every-use-of-the-deprecated'],
  [`${'x'.repeat(80)} y`, 'x'.repeat(40)],
];

describe('a task that is named by its instructions', () => {
  for (const [words, name] of NAMES)
    it(`${JSON.stringify(words)} gives ${name}`, () => assert.equal(nameOfWords(words), name));

  it('is one whose first argument has several words', () => {
    assert.equal(isSentence('Fix it'), true);
    for (const word of ['fix-it', ' fix ', 'Fix', '']) assert.equal(isSentence(word), false, word);
  });

  describe('on the command line', () => {
    let world: World;
    beforeEach(async () => {
      world = await openWorld();
      world.operate = true;
    });
    afterEach(() => world.close());
    const repo = ['--repo', 'https://example.com/example-org/app'];

    it('gets the sentence as its instructions, and a number where the name is taken', async () => {
      await world.task('fix-the-typo', { status: { phase: 'Completed' } });
      const { code, out, err } = await world.run(['create', 'Fix the typo', ...repo]);
      assert.deepEqual([code, out], [0, 'task/fix-the-typo-2 created\n'], err);
      const made = (await world.tasks()).find(({ spec }) => spec.prompt === 'Fix the typo');
      assert.equal(made?.metadata.labels?.['ambient-code.io/task'], 'fix-the-typo-2');
    });

    it('is refused as a name where -m gives the instructions', async () => {
      const { code, err } = await world.run(['create', 'Fix the typo', '-m', 'Do it', ...repo]);
      assert.equal(code, 2);
      assert.match(err, /name/);
    });

    it('needs one of both', async () => {
      const { code, err } = await world.run(['create', ...repo]);
      assert.equal(code, 2);
      assert.match(err, /A task needs instructions, or a name\.\nFor example: bgtask create "Upgrade lodash/);
    });
  });
});
