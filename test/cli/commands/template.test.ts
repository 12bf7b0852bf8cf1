import assert from 'node:assert/strict';
import { readyTemplates } from '../../../src/service/ready-templates.ts';
import { golden } from '../output/golden.ts';
import { openWorld, type World } from '../world.ts';

const TEMPLATE = `apiVersion: vteam.ambient-code/v1alpha1
kind: TaskTemplate
metadata:
  name: greet
  labels: {ambient-code.io/category: docs, ambient-code.io/language: any}
spec:
  displayName: Greet a person
  description: Puts a greeting into the readme.
  instructionsTemplate: |
    Greet {{who}} {{times}} times.
    Loudly: {{loud}}.
  parameters:
  - {name: who, type: string, required: true, description: Whom to greet, validationRegex: '^[a-z]+$'}
  - {name: times, type: integer, required: false, defaultValue: '1'}
  - {name: loud, type: boolean, required: false, defaultValue: 'false'}
  - {name: tone, type: string, required: false, enum: [kind, short]}
  validationRules: [The greeting is one line., 'It is {{tone}}.']
`;

describe('template', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
    const { code, err } = await world.run(['template', 'create', '-f', world.file('t.yaml', TEMPLATE)]);
    assert.equal(code, 0, err);
  });
  afterEach(() => world.close());

  const used = (): Promise<unknown> =>
    world.store.patchStatus(
      'TaskTemplate',
      { namespace: 'default', name: 'greet' },
      { usageCount: 2, lastUsed: '2026-01-31T11:30:00Z' },
    );

  for (const [name, args] of Object.entries({
    list: ['list'],
    'list-wide': ['list', '-o', 'wide'],
    'list-all-projects': ['list', '-A'],
    'list-json': ['list', '-o', 'json'],
    describe: ['describe', 'greet'],
    'describe-yaml': ['describe', 'greet', '-o', 'yaml'],
  })) {
    it(`prints ${name} as its golden file has it`, async () => {
      await used();
      const { code, out, err } = await world.run(['template', ...args]);
      golden(`golden/template-${name}.txt`, import.meta.url, out);
      assert.deepEqual([code, err], [0, '']);
    });
  }

  it('create of a name that is taken is refused with the way on', async () => {
    world.stdin = TEMPLATE;
    const { code, err } = await world.run(['template', 'create', '-f', '-']);
    assert.deepEqual(
      [code, err],
      [
        1,
        'error: Template "greet" already exists in project "default".\nRemove it first: bgtask template delete greet\n',
      ],
    );
  });

  for (const where of ['client', 'server']) {
    it(`--dry-run=${where} shows the template and stores nothing`, async () => {
      const { code, out } = await world.run(['template', 'install', 'fix-lint', `--dry-run=${where}`]);
      assert.equal(code, 0);
      assert.match(out, /^apiVersion: [^]*\n {2}name: fix-lint\n/);
      assert.equal((await world.store.list('TaskTemplate')).length, 1);
    });
  }

  it('--available lists what is known of a template before it is installed', async () => {
    const [header] = (await world.run(['template', 'list', '--available'])).out.split('\n');
    assert.deepEqual(header?.split(/ {2,}/), ['NAME', 'DISPLAY NAME', 'CATEGORY']);
  });

  it('install brings what --available lists, by name or all of it', async () => {
    assert.equal(
      (await world.run(['template', 'list', '--available', '-q'])).out,
      `${readyTemplates().join('\n')}\n`,
    );
    assert.equal((await world.run(['template', 'install', 'fix-lint'])).out, 'template/fix-lint installed\n');
    const all = await world.run(['template', 'install', '--all', '-n', 'team-b', '-q']);
    assert.equal(all.out, `${readyTemplates().join('\n')}\n`);
  });

  for (const [args, code, words] of [
    [['install'], 2, /Name the templates to install, or use --all\.\nThere are: add-docs, /],
    [['install', 'none'], 5, /bgtask brings no template "none"\.\nIt brings: add-docs, /],
    [
      ['describe', 'none'],
      5,
      /Template "none" not found in project "default"\.\nSee what is there: bgtask template list/,
    ],
    [['delete', 'none'], 5, /Template "none" not found/],
    [
      ['create'],
      2,
      /required option '-f, --filename <file>' not specified\nSee: bgtask template create --help/,
    ],
    [['lst'], 2, /unknown command 'lst'\n\(Did you mean list\?\)\nSee: bgtask template --help/],
    [['create', '-f', 'x', '--dry-run=no'], 2, /there is no file|--dry-run is client or server/],
  ] as const) {
    it(`template ${args.join(' ')} is refused with exit code ${code}`, async () => {
      const outcome = await world.run(['template', ...args]);
      assert.equal(outcome.code, code, outcome.err);
      assert.match(outcome.err, words);
    });
  }

  it('an empty list says where to find some', async () => {
    await world.run(['template', 'delete', 'greet']);
    assert.deepEqual(await world.run(['template', 'list']), {
      code: 0,
      out: '',
      err: 'No templates found. Ready ones: bgtask template list --available\n',
    });
  });

  describe('from-task', () => {
    const done = { phase: 'Completed' } as const;
    it('makes values of the instructions parameters, longest first, and keeps braces as they were', async () => {
      await world.task('x', { status: done, spec: { prompt: 'Upgrade lodash to lodash-es, see {{docs}}.' } });
      const { code, out } = await world.run([
        'template',
        'from-task',
        'x',
        'any',
        '-p',
        'old=lodash',
        '-p',
        'new=lodash-es',
        '-o',
        'jsonpath={.spec.instructionsTemplate}',
      ]);
      assert.deepEqual([code, out], [0, 'Upgrade {{old}} to {{new}}, see \\{{docs}}.']);
    });
    it('of a task that is not Completed, or without the value, is refused', async () => {
      await world.task('x', { status: { phase: 'Failed' } });
      await world.task('y', { status: done });
      const failed = await world.run(['template', 'from-task', 'x', 'any']);
      assert.match(failed.err, /Task "x" is Failed; a template is made from a Completed task/);
      const missing = await world.run(['template', 'from-task', 'y', 'any', '-p', 'a=nothing']);
      assert.match(missing.err, /-p a: the task's instructions do not hold "nothing"/);
      assert.deepEqual([failed.code, missing.code], [2, 2]);
    });
  });
});
