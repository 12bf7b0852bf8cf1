import assert from 'node:assert/strict';
import { golden } from '../output/golden.ts';
import { storeSamples } from '../samples.ts';
import { openWorld, type World } from '../world.ts';

const GOLDEN: Record<string, string[]> = {
  table: [],
  wide: ['-o', 'wide'],
  'all-projects': ['-A'],
  json: ['-o', 'json', '--status=failed'],
  yaml: ['-o', 'yaml', '--status=failed'],
  name: ['-o', 'name'],
  quiet: ['-q'],
  jsonpath: ['-o', 'jsonpath={range .items[*]}{.metadata.name}{" "}{.status.phase}{"\\n"}{end}'],
  'custom-columns': [
    '-o',
    'custom-columns=TASK:.metadata.labels.ambient-code\\.io/task,PR:.status.repos[0].prUrl',
  ],
  'no-headers': ['--no-headers'],
  'sort-by': ['--sort-by', '.metadata.creationTimestamp'],
  'always-coloured': ['--color=always'],
  'one-by-name': ['fix-lint'],
};

const FILTERS: [args: string[], names: string[]][] = [
  [['--status=running,PENDING'], ['add-docs', 'fix-lint-retry-1']],
  [['--creator', 'kube:admin'], ['add-docs']],
  [
    ['--repo', 'git@example.com:example-org/site.git'],
    ['fix-lint-retry-1', 'fix-lint'],
  ],
  [['--template', 'upgrade-dependency'], ['upgrade-lodash']],
  [
    ['--since', '30m'],
    ['add-docs', 'fix-lint-retry-1'],
  ],
  [
    ['--since', '2026-01-31'],
    ['add-docs', 'fix-lint-retry-1', 'upgrade-lodash'],
  ],
  [['-l', 'ambient-code.io/retry-of=fix-lint'], ['fix-lint-retry-1']],
  [['-n', 'team-b'], ['slow-job']],
  [['-A'], ['add-docs', 'fix-lint-retry-1', 'upgrade-lodash', 'slow-job', 'fix-lint']],
  [
    ['--limit', '2'],
    ['add-docs', 'fix-lint-retry-1'],
  ],
  [['-A', '--limit=1', '--sort-by', '.metadata.creationTimestamp'], ['fix-lint']],
  [['--limit=1', '-o', 'jsonpath={.items[*].metadata.labels.ambient-code\\.io/task}{"\\n"}'], ['add-docs']],
  [['-A', '--status', 'timeout'], ['slow-job']],
  [
    ['fix-lint', 'upgrade-lodash'],
    ['fix-lint', 'upgrade-lodash'],
  ],
];

const REFUSED: [args: string[], code: number, words: RegExp][] = [
  [['--status=done'], 2, /"done" is not a valid phase\.\nThe phases are Pending, /],
  [['--since=soon'], 2, /"soon" is not a valid time\.\nUse how long ago/],
  [['-l', 'a in b'], 2, /expected: '\('/],
  [['--limit=0'], 2, /invalid --limit "0": must be a number of tasks, 1 or more/],
  [['fix-lint', '--limit=2'], 2, /Give names, or filters, and not both/],
  [['-w', '-o', 'yaml'], 2, /invalid -o yaml: must be one of table, wide, name, json, jsonl, custom-columns/],
  [['-o', 'xml'], 2, /invalid -o xml: must be one of table, wide, json/],
  [['--sort-by', '.spec.nothing'], 2, /--sort-by: none of the objects has/],
  [['-n', 'No_Project'], 2, /"No_Project" is not a valid project name/],
  [['--color', 'sometimes'], 2, /Allowed choices are auto, always, never/],
  [['gone'], 5, /Task "gone" not found in project "default"\.\nSee what is there: bgtask list/],
  [['fix-lint', '--status=failed'], 2, /Give names, or filters, and not both/],
  [['--bogus'], 2, /unknown option '--bogus'\nSee: bgtask list --help/],
];

describe('list', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
    await storeSamples(world);
  });
  after(() => world.close());

  for (const [name, args] of Object.entries(GOLDEN)) {
    it(`prints ${name} as its golden file has it`, async () => {
      const { code, out, err } = await world.run(['list', ...args]);
      golden(`golden/list-${name}.txt`, import.meta.url, out);
      assert.deepEqual({ code, err }, { code: 0, err: '' });
    });
  }

  for (const [args, names] of FILTERS) {
    it(`list ${args.join(' ')} finds ${names.join(', ')}`, async () => {
      const { code, out } = await world.run(['list', '-q', ...args]);
      assert.deepEqual([code, out.split('\n').slice(0, -1)], [0, names]);
    });
  }

  for (const [args, code, words] of REFUSED) {
    it(`list ${args.join(' ')} is refused with exit code ${code}`, async () => {
      const outcome = await world.run(['list', ...args]);
      assert.equal(outcome.code, code, outcome.err);
      assert.match(outcome.err, words);
      assert.equal(outcome.out, '');
    });
  }

  it('shows those of several names that are there, and says which is not', async () => {
    const { code, out, err } = await world.run(['list', 'fix-lint', 'gone', 'upgrade-lodash', 'lost', '-q']);
    assert.deepEqual([code, out], [5, 'fix-lint\nupgrade-lodash\n']);
    assert.match(err, /^error: Task "gone" not found .*\n.*\nerror: Task "lost" not found/);
  });

  it('get is the same, and options may stand before the verb', async () => {
    const { out } = await world.run(['list', '-n', 'team-b']);
    assert.equal((await world.run(['-n', 'team-b', 'get'])).out, out);
    assert.equal(
      (await world.run(['--namespace=default', 'get', '-n', 'team-b'])).out,
      out,
      'the later one wins',
    );
  });

  it('nothing is said on standard error alone, with the next step', async () => {
    const none = await world.run(['list', '-n', 'empty']);
    assert.equal(none.out, '');
    assert.match(none.err, /^No tasks found in project "empty"\. Make one: bgtask create /);
    const unmatched = await world.run(['list', '--creator', 'unknown-user']);
    assert.equal(unmatched.err, 'No tasks in project "default" match.\n');
    assert.equal((await world.run(['list', '-q', '-n', 'empty'])).err, '');
    assert.deepEqual(JSON.parse((await world.run(['list', '-n', 'empty', '-o', 'json'])).out), {
      apiVersion: 'v1',
      kind: 'List',
      items: [],
    });
  });

  it('says how many there are when it shows fewer', async () => {
    assert.equal((await world.run(['list', '--limit', '3'])).err, 'Showing 3 of 4 tasks.\n');
    assert.equal((await world.run(['list', '--limit', '4'])).err, '');
  });

  it('sees to it that a process reconciles while a task is before its end', async () => {
    await world.run(['list']);
    assert.equal(world.ensured.at(-1), true);
    await world.run(['list', '-n', 'team-b']);
    assert.equal(world.ensured.at(-1), false);
  });

  it('colours only a terminal that wants colours', async () => {
    const colour = async (args: string[], env: NodeJS.ProcessEnv, terminal: boolean): Promise<boolean> => {
      world.terminal = terminal;
      Object.assign(world.env, { NO_COLOR: undefined, TERM: 'xterm', ...env });
      return (await world.run(['list', ...args])).out.includes('\u001b[');
    };
    assert.equal(await colour([], {}, true), true);
    assert.equal(await colour([], {}, false), false);
    assert.equal(await colour([], { NO_COLOR: '1' }, true), false);
    assert.equal(await colour([], { TERM: 'dumb' }, true), false);
    assert.equal(await colour(['--color=never'], {}, true), false);
    assert.equal(await colour(['--color=always'], { NO_COLOR: '1' }, false), true);
    world.terminal = false;
  });
});
