import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { TaskTemplate } from '../../src/api/types.ts';
import { readBgtaskFile } from '../../src/checks/bgtask-yaml.ts';
import { parseSettings } from '../../src/domain/settings.ts';
import { instantiate } from '../../src/domain/template.ts';
import { NewTask } from '../../src/server/shapes/task-shapes.ts';
import { openWorld, type World } from '../cli/world.ts';

const folder = fileURLToPath(new URL('../../docs/examples/', import.meta.url));
const read = (name: string): string => readFileSync(folder + name, 'utf8');

describe('the examples', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  it('each has a test here', () =>
    assert.deepEqual(readdirSync(folder).toSorted(), [
      'bgtask.yaml',
      'new-task.json',
      'settings.yaml',
      'task.yaml',
      'template.yaml',
    ]));

  it('task.yaml is a task that create takes', async () => {
    const { code, out, err } = await world.run([
      'create',
      '-f',
      `${folder}task.yaml`,
      '--dry-run',
      'client',
      '-o',
      'json',
    ]);
    assert.deepEqual([code, err], [0, ''], err);
    assert.equal((JSON.parse(out) as { spec: { timeout: number } }).spec.timeout, 1800);
  });

  it('template.yaml is a template that can be filled', () => {
    const template = parse(read('template.yaml')) as TaskTemplate;
    assert.match(
      instantiate(template, { from: 'oldName', to: 'newName' }).prompt,
      /^Rename oldName to newName /,
    );
  });

  it('settings.yaml are valid settings', () => {
    assert.equal(parseSettings(parse(read('settings.yaml')), 'settings.yaml').limits.perUser, 3);
  });

  it('bgtask.yaml is a valid .bgtask.yaml', () => {
    const file = readBgtaskFile({
      paths: ['.bgtask.yaml'],
      has: () => true,
      read: () => read('bgtask.yaml'),
    });
    assert.deepEqual(
      file?.checks?.map(({ name }) => name),
      ['lint', 'test'],
    );
  });

  it('new-task.json is a body that the REST API takes', () => {
    assert.equal(NewTask.parse(JSON.parse(read('new-task.json'))).name, 'upgrade-lodash');
  });
});
