import assert from 'node:assert/strict';
import { VERBS } from '../../src/cli/verbs.ts';
import { golden } from './output/golden.ts';
import { openWorld, type World } from './world.ts';

const TEMPLATE_VERBS = ['list', 'describe', 'create', 'install', 'from-task', 'delete'];

describe('help', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  const lines: [name: string, words: string[]][] = [
    ['root', []],
    ...VERBS.filter(({ hidden }) => !hidden).map(({ name }): [string, string[]] => [name, [name]]),
    ...TEMPLATE_VERBS.map((name): [string, string[]] => [`template-${name}`, ['template', name]]),
  ];
  for (const [name, words] of lines) {
    it(`of ${name} is as its golden file has it, with the global options once`, async () => {
      const { code, out, err } = await world.run([...words, '--help']);
      golden(`golden/help-${name}.txt`, import.meta.url, out);
      assert.deepEqual([code, err], [0, '']);
      assert.ok(out.split('--kubeconfig').length <= 2);
      assert.ok(out.split('\n').every((line) => line.length <= 130));
    });
  }

  it('has one line for each verb that is not hidden', async () => {
    const { out } = await world.run(['--help']);
    for (const { name, summary, hidden } of VERBS) assert.equal(out.includes(summary), !hidden, name);
  });

  for (const [words, same] of [
    [[], ['--help']],
    [['help'], ['--help']],
    [
      ['help', 'create'],
      ['create', '--help'],
    ],
    [
      ['create', '-h'],
      ['create', '--help'],
    ],
    [['template'], ['template', '--help']],
    [
      ['help', 'template', 'install'],
      ['template', 'install', '--help'],
    ],
    [
      ['get', '--help'],
      ['list', '--help'],
    ],
    [['--version'], ['version']],
    [['-V'], ['version']],
  ] as const) {
    it(`"${words.join(' ')}" is "${same.join(' ')}"`, async () => {
      const outcome = await world.run(words);
      assert.equal(outcome.code, 0);
      assert.deepEqual(outcome, await world.run(same));
    });
  }

  it('names the program as it was called', async () => {
    world.program = 'kubectl bgtask';
    const help = await world.run(['create', '--help']);
    const refused = await world.run(['craete']);
    world.program = 'bgtask';
    assert.match(help.out, /^Usage: kubectl bgtask create /);
    assert.match(help.out, /\n {2}kubectl bgtask create -f task\.yaml\n/);
    assert.match(refused.err, /See what there is: kubectl bgtask --help/);
  });

  for (const [words, err] of [
    [
      ['craete'],
      "error: unknown command 'craete'\n(Did you mean create?)\nSee what there is: bgtask --help\n",
    ],
    [['nonsense'], "error: unknown command 'nonsense'\nSee what there is: bgtask --help\n"],
    [['--nonsense'], "error: unknown option '--nonsense'\nSee what there is: bgtask --help\n"],
    [
      ['create', '--brnch', 'x'],
      "error: unknown option '--brnch'\n(Did you mean --branch?)\nSee: bgtask create --help\n",
    ],
    [['diff'], "error: missing required argument 'task'\nSee: bgtask diff --help\n"],
    [['version', '-o', 'yaml'], 'error: invalid -o yaml: must be one of table, json.\n'],
    [
      ['list', '--engine=cloud'],
      "error: option '--engine <engine>' argument 'cloud' is invalid. Allowed choices are kubernetes, local.\nSee: bgtask list --help\n",
    ],
  ] as const) {
    it(`"${words.join(' ')}" is refused with exit code 2 and the next step`, async () => {
      assert.deepEqual(await world.run(words), { code: 2, out: '', err });
    });
  }

  it('version prints one line, or JSON', async () => {
    assert.match((await world.run(['version'])).out, /^bgtask \d+\.\d+\.\d+\n$/);
    assert.deepEqual(Object.keys(JSON.parse((await world.run(['version', '-o', 'json'])).out)), [
      'version',
      'node',
    ]);
  });
});
