import assert from 'node:assert/strict';
import { sessionName } from '../../../src/api/names.ts';
import { golden } from '../output/golden.ts';
import { SAMPLES, storeSamples } from '../samples.ts';
import { openWorld, type World } from '../world.ts';

describe('describe', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
    await storeSamples(world);
  });
  after(() => world.close());

  for (const [name, { project = 'default' }] of Object.entries(SAMPLES)) {
    it(`shows ${name} as its golden file has it, with nothing that acts on a terminal`, async () => {
      const { code, out } = await world.run(['describe', name, '-n', project]);
      golden(`golden/describe-${name}.txt`, import.meta.url, out);
      assert.equal(code, 0);
      assert.doesNotMatch(out, /\u001b/);
    });
  }

  const object = sessionName('default', 'upgrade-lodash');
  for (const name of [
    object,
    `task/upgrade-lodash`,
    `agenticsession.vteam.ambient-code/${object}`,
    'https://example.com/example-org/app/pull/7',
    'https://example.com/example-org/app/pull/7/',
    'https://example.com/example-org/app/pull/7/files#diff-1',
  ]) {
    it(`finds the task by ${name}`, async () => {
      assert.equal((await world.run(['describe', '-q', name])).out, 'upgrade-lodash\n');
    });
  }

  it('finds the newest task by @latest', async () => {
    assert.equal((await world.run(['describe', '-q', '@latest'])).out, 'add-docs\n');
  });

  for (const [args, words] of [
    [['gone'], /Task "gone" not found in project "default"/],
    [['no such $name'], /Task "no such \$name" not found/],
    [['upgrade-lodash', '-n', 'team-b'], /Task "upgrade-lodash" not found in project "team-b"/],
    [['@latest', '-n', 'empty'], /There is no task in project "empty"/],
    [['https://example.com/example-org/app/pull/8'], /No task in project "default" has the pull request/],
  ] as const) {
    it(`describe ${args.join(' ')} is not found: exit code 5 and where to look`, async () => {
      const { code, err } = await world.run(['describe', ...args]);
      assert.equal(code, 5);
      assert.match(err, words);
      assert.match(err, /\nSee what is there: bgtask list( -n [a-z-]+)?\n$/);
    });
  }

  it('names the program as it was called', async () => {
    world.program = 'kubectl bgtask';
    const { err } = await world.run(['describe', 'gone']);
    world.program = 'bgtask';
    assert.match(err, /See what is there: kubectl bgtask list/);
  });

  it('-o prints the object alone', async () => {
    const { out, err } = await world.run(['describe', 'fix-lint', '-o', 'jsonpath={.status.reason}']);
    assert.deepEqual({ out, err }, { out: 'ValidationFailed', err: '' });
  });
});
