import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The last column of the table, as far as it names commands. */
const commands = read('docs/compared.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| wish'))
  .flatMap((line) =>
    [...(line.split('|').at(-2) ?? '').matchAll(/`bgtask ([^`]+)`/g)].map(([, words = '']) => words),
  );

describe('the comparison with other tools', () => {
  it('names commands of bgtask', () => assert.ok(commands.length > 20, commands.join('\n')));

  for (const command of commands)
    it(`bgtask ${command}: the verb and its flags are there`, () => {
      const [verb = '', ...words] = command.split(' ');
      const help = `test/cli/golden/help-${verb}.txt`;
      assert.ok(existsSync(new URL(`../../${help}`, import.meta.url)), verb);
      for (const flag of words.filter((word) => word.startsWith('-')))
        assert.match(read(help), new RegExp(`^ +(?:-\\w, )?${flag}[ ,]|^ +${flag}, `, 'm'), flag);
    });
});
