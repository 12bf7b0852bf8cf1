import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ranSince } from '../../src/engine/running-time.ts';
import { podBegan } from '../../src/runner/pod-clock.ts';
import type { StagePaths } from '../../src/runner/stage-context.ts';

describe('the clock of a pod', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pod-clock-'));
    for (const volume of ['workspace', 'pristine', 'proof']) await mkdir(join(folder, volume));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** The paths of a stage: the prove stage has the volume `proof` where the others have the workspace. */
  const paths = (workspace = 'workspace'): StagePaths =>
    ({
      workspace: join(folder, workspace),
      pristine: join(folder, 'pristine'),
      proof: join(folder, 'proof'),
    }) as StagePaths;

  it('begins with the clone stage, and every other stage reads the same moment', async () => {
    const began = await podBegan('clone', paths());
    assert.ok((ranSince(began) ?? -1) >= 0);
    assert.deepEqual(await podBegan('work', paths()), began);
    assert.deepEqual(await podBegan('prove', paths('proof')), began);
    assert.deepEqual(await podBegan('publish', paths()), began);
  });

  it('of publish is not read from a volume that the agent writes', async () => {
    const began = await podBegan('clone', paths());
    await writeFile(join(folder, 'workspace/.began'), JSON.stringify({ boot: 'x', ms: 9e15 }));
    assert.deepEqual(await podBegan('publish', paths()), began);
    assert.deepEqual(await podBegan('prove', paths('proof')), began);
  });

  for (const [what, text] of [
    ['missing', undefined],
    ['not JSON', '{'],
    ['of another shape', '{"boot": 1, "ms": "2"}'],
  ] as const)
    it(`is unknown where the file is ${what}`, async () => {
      if (text !== undefined) await writeFile(join(folder, 'workspace/.began'), text);
      assert.equal(await podBegan('work', paths()), undefined);
    });
});
