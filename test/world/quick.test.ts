import assert from 'node:assert/strict';
import { repositories } from './repositories.ts';
import { runRepository } from './run-repository.ts';

const MINUTES = 60_000;

describe('real repositories, as their registries have them', () => {
  for (const repository of repositories().filter(({ quick }) => quick))
    it(`${repository.name} (${repository.group}) ends as a person would say`, async function () {
      this.timeout(10 * MINUTES);
      const { untried, chores } = await runRepository(repository);
      assert.equal(untried, undefined, 'it cannot be had');
      const faults = chores.flatMap((chore) =>
        chore.faults.map(({ kind, text }) => `${chore.kind}: ${kind}: ${text}`),
      );
      assert.deepEqual(faults, []);
    });
});

describe('the list of real repositories', () => {
  it('names at least 40', () => assert.ok(repositories().length >= 40));
});
