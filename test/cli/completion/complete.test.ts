import assert from 'node:assert/strict';
import { storeSamples } from '../samples.ts';
import { openWorld, type World } from '../world.ts';

/** What may stand where the last word is, values alone, and the directive. */
const CASES: [words: string[], values: string[], directive: number][] = [
  [['wa'], ['watch', 'wait'], 4],
  [['-n', 'team-b', 'ca'], ['cancel'], 4],
  [['nonsense', ''], [], 4],
  [['--eng'], ['--engine'], 4],
  [['list', '--stat'], ['--status'], 4],
  [['list', '--status=', '--stat'], [], 4],
  [['create', 'x', '--che'], ['--check'], 4],
  [['create', 'x', '--check', 'a', '--che'], ['--check'], 4],
  [['list', '--engine='], ['kubernetes', 'local'], 4],
  [['--engine', 'l'], ['local'], 4],
  [['list', '--color', ''], ['auto', 'always', 'never'], 4],
  [['list', '--status=r'], ['running'], 4],
  [['list', '--status', 'failed,st'], ['failed,stopped'], 4],
  [['list', '-o', 'ja'], [], 4],
  [['list', '-o', 'js'], ['json', 'jsonl', 'jsonpath='], 4],
  [['watch', 'x', '-o', ''], ['jsonl'], 4],
  [['wait', 'x', '-o', 'ju'], ['junit'], 4],
  [['create', '-o', 'ju'], ['junit'], 4],
  [['template', 'create', '-o', 'ju'], [], 4],
  [['version', '-o', ''], ['json'], 4],
  [['-n', ''], ['default', 'team-b'], 4],
  [['describe', 'fix'], ['fix-lint', 'fix-lint-retry-1'], 4],
  [['describe', '-n', 'team-b', ''], ['slow-job'], 4],
  [['-n', 'team-b', 'describe', ''], ['slow-job'], 4],
  [['describe', '@'], ['@latest'], 4],
  [['describe', 'fix-lint', 'fix'], ['fix-lint-retry-1'], 4],
  [['cancel', '--dry-run', ''], ['client', 'server', 'add-docs', 'fix-lint-retry-1'], 4],
  [['delete', '--dry-run='], ['client', 'server'], 4],
  [['delete', '--dry-run', 'fix-lint', 'fix'], ['fix-lint-retry-1'], 4],
  [['cancel', '--status', 'run'], ['running'], 4],
  [['wait', '--an'], ['--any'], 4],
  [['list', '--li'], ['--limit'], 4],
  [['list', '-w', '--wa'], [], 4],
  [['logs', 'upgrade-lodash', '--check', ''], ['lint', 'test'], 4],
  [['logs', '--check', ''], [], 4],
  [['logs', '--fail'], ['--failed'], 4],
  [['logs', '--pre'], ['--prefix'], 4],
  [['delete', 'fix-lint', 'fix'], ['fix-lint-retry-1'], 4],
  [['cancel', ''], ['add-docs', 'fix-lint-retry-1'], 4],
  [['retry', ''], ['fix-lint'], 4],
  [['create', ''], [], 4],
  [['create', 'x', '--agent', 'co'], ['codex', 'command'], 4],
  [['create', 'x', '--template', ''], ['upgrade-dependency'], 4],
  [['create', 'x', '--template=up'], ['upgrade-dependency'], 4],
  [['create', 'x', '--template', 'upgrade-dependency', '-p', ''], ['packageName=', 'version='], 6],
  [['create', 'x', '--template', 'upgrade-dependency', '-p', 'packageName=a', '-p', ''], ['version='], 6],
  [['create', 'x', '--template', 'upgrade-dependency', '-p', 'version='], ['version=latest'], 4],
  [['create', 'x', '-p', ''], [], 4],
  [['create', '-f', ''], [], 0],
  [['create', 'x', '--repo', ''], [], 16],
  [['create', 'x', '--dry-run', ''], ['client', 'server'], 4],
  [['wait', 'x', '--for', 'co'], ['completed'], 4],
  [['template', ''], ['list', 'describe', 'create', 'install', 'from-task', 'delete'], 4],
  [['template', 'describe', ''], ['upgrade-dependency'], 4],
  [['template', 'install', 'upgrade-dependency', 'fix'], ['fix-flaky-test', 'fix-lint'], 4],
  [['template', 'from-task', ''], ['upgrade-lodash'], 4],
  [['completion', 'z'], ['zsh'], 4],
  [['checks', ''], [], 16],
  [['run'], [], 4],
];

describe('__complete', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
    await storeSamples(world);
    await world.run(['template', 'install', 'upgrade-dependency']);
    world.ensured.length = 0;
  });
  after(() => world.close());

  for (const [words, values, directive] of CASES) {
    it(`${words.map((word) => word || "''").join(' ')} gives ${values.join(', ') || 'nothing'}`, async () => {
      const { code, out, err } = await world.run(['__complete', ...words]);
      const lines = out.split('\n').slice(0, -1);
      assert.deepEqual([code, err, lines.pop()], [0, '', `:${directive}`]);
      assert.deepEqual(
        lines.map((line) => line.split('\t')[0]),
        values,
      );
    });
  }

  it('describes what it offers', async () => {
    const { out } = await world.run(['__complete', 'describe', 'fix-lint-']);
    assert.equal(out, 'fix-lint-retry-1\tRunning 40% Generating changes\n:4\n');
    assert.match((await world.run(['__complete', 'create', '--rep'])).out, /^--repo\thttps, ssh or git@ URL/);
  });

  it('starts no process that reconciles', () => assert.deepEqual(world.ensured, []));

  it('never fails: objects that cannot be read give no candidates', async () => {
    const { reader } = world;
    world.reader = () => Promise.reject(new Error('no cluster'));
    const outcome = await world.run(['__complete', 'describe', '']);
    world.reader = reader;
    assert.deepEqual(outcome, { code: 0, out: ':4\n', err: '' });
  });
});
