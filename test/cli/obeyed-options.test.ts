import assert from 'node:assert/strict';
import { VERBS } from '../../src/cli/verbs.ts';
import { openWorld, type World } from './world.ts';

/** Each global option as it is typed. */
const TYPED: Record<string, string[]> = {
  '--namespace': ['-n', 'team-b'],
  '--all-namespaces': ['-A'],
  '--output': ['-o', 'json'],
  '--no-headers': ['--no-headers'],
  '--sort-by': ['--sort-by', '.metadata.name'],
  '--selector': ['-l', 'a=b'],
  '--engine': ['--engine', 'local'],
  '--context': ['--context', 'c'],
  '--kubeconfig': ['--kubeconfig', 'f'],
  '--as': ['--as', 'u'],
  '--request-timeout': ['--request-timeout', '1s'],
  '--color': ['--color', 'never'],
};

const PLACE = ['--engine', '--context', '--kubeconfig', '--as', '--request-timeout'];
const CHOICE = ['--namespace', '--all-namespaces', '--selector'];
const PRINT = ['--output', '--no-headers', '--color'];

/** What each verb obeys beside PLACE; verbs that reach no engine obey what is their own alone. */
const OBEYED: Record<string, string[]> = {
  create: ['--namespace', ...PRINT],
  list: [...CHOICE, ...PRINT, '--sort-by'],
  describe: [...CHOICE, ...PRINT, '--sort-by'],
  logs: CHOICE,
  diff: ['--namespace', '--output', '--color'],
  apply: ['--namespace'],
  open: ['--namespace'],
  watch: ['--namespace', '--output', '--color'],
  ui: [...CHOICE, '--color'],
  wait: [...CHOICE, ...PRINT, '--sort-by'],
  cancel: [...CHOICE, ...PRINT],
  retry: [...CHOICE, ...PRINT],
  delete: [...CHOICE, ...PRINT],
  template: [...CHOICE, ...PRINT, '--sort-by'],
  'template list': [...CHOICE, ...PRINT, '--sort-by'],
  'template describe': ['--namespace', ...PRINT],
  'template create': ['--namespace', ...PRINT],
  'template install': ['--namespace', ...PRINT],
  'template from-task': ['--namespace', ...PRINT],
  'template delete': ['--namespace', ...PRINT],
  doctor: ['--namespace', '--output'],
  install: ['--namespace', '--output'],
  uninstall: ['--namespace', '--output'],
  server: [],
};
const PLAIN: Record<string, string[]> = {
  checks: ['--output'],
  demo: [],
  completion: [],
  version: ['--output'],
  config: [],
  operator: ['--kubeconfig', '--context'],
};

const expected = (name: string): string[] | undefined =>
  OBEYED[name] ? [...OBEYED[name], ...PLACE] : PLAIN[name];

describe('the global options of each verb', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  it('are stated here for each verb', () =>
    assert.deepEqual(
      VERBS.filter(({ hidden }) => !hidden).map(({ name }) => expected(name) === undefined && name).filter(Boolean),
      [],
    )); // prettier-ignore

  for (const name of [...Object.keys(OBEYED), ...Object.keys(PLAIN)]) {
    const obeyed = expected(name) ?? [];
    it(`${name}: help lists those that it obeys`, async () => {
      const { out } = await world.run([...name.split(' '), '--help']);
      const listed = Object.keys(TYPED).filter((option) =>
        new RegExp(`^ {2}(?:-\\w, )?${option}\\b`, 'm').test(out),
      );
      assert.deepEqual(listed.toSorted(), obeyed.toSorted());
    });

    it(`${name}: the others are refused, before the verb and after it`, async () => {
      for (const [option, words] of Object.entries(TYPED).filter(([each]) => !obeyed.includes(each))) {
        const after = await world.run([...name.split(' '), ...words]);
        assert.deepEqual([after.code, after.out], [2, ''], `${name} ${option}`);
        const before = await world.run([...words, ...name.split(' ')]);
        assert.deepEqual([before.code, before.out], [2, ''], `${option} ${name}`);
        assert.match(
          before.err,
          /^error: (?:\S+ )+does not take --|^error: (?:missing )?required |^Usage: bgtask config /,
        );
      }
    });
  }

  for (const [words, err] of [
    [
      ['-o', 'json', 'open', 'x'],
      'error: open does not take --output.\nSee its options: bgtask open --help\n',
    ],
    [
      ['--color=never', 'logs', 'x'],
      'error: logs does not take --color.\nSee its options: bgtask logs --help\n',
    ],
    [
      ['-A', 'template', 'describe', 'x'],
      'error: template describe does not take --all-namespaces.\nSee its options: bgtask template describe --help\n',
    ],
    [
      ['template', '-A', 'describe', 'x'],
      'error: template describe does not take --all-namespaces.\nSee its options: bgtask template describe --help\n',
    ],
    [
      ['-n', 'x', 'version'],
      'error: version does not take --namespace.\nSee its options: bgtask version --help\n',
    ],
    [['open', '-A', 'x'], "error: unknown option '-A'\nSee: bgtask open --help\n"],
  ] as const)
    // prettier-ignore
    it(`"${words.join(' ')}" is refused with exit code 2`, async () =>
      assert.deepEqual(await world.run(words), { code: 2, out: '', err }));

  it('-q and -v may stand before every verb', async () => {
    const { code } = await world.run(['-q', '-v', 'version']);
    assert.equal(code, 0);
  });
});
