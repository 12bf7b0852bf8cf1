import assert from 'node:assert/strict';
import { openWorld, type World } from '../world.ts';

const URL = 'https://example.com/example-org/app';
const TASK = 'apiVersion: vteam.ambient-code/v1alpha1\nkind: AgenticSession\nmetadata: {name: x}\nspec: {}\n';

const template = (parameters: string, instructions = 'Upgrade {{name}}'): string =>
  `apiVersion: vteam.ambient-code/v1alpha1\nkind: TaskTemplate\nmetadata: {name: t}\nspec:\n  displayName: T\n  instructionsTemplate: '${instructions}'\n  parameters:\n${parameters}`;

/** Templates that are refused with exit code 2. */
const TEMPLATES: readonly (readonly [what: string, text: string, words: RegExp])[] = [
  [
    'a default that its own pattern refuses',
    template(
      "  - {name: name, type: string, required: false, defaultValue: abc, validationRegex: '^\\d+$'}\n",
    ),
    /parameters\[0\]\.defaultValue/,
  ],
  [
    'a lookahead',
    template("  - {name: name, type: string, required: true, validationRegex: '^(?=a)'}\n"),
    /lookahead, .* is not part of RE2 syntax/,
  ],
  [
    'a reference to a group',
    template("  - {name: name, type: string, required: true, validationRegex: '(a)\\1'}\n"),
    /references to groups/,
  ],
  [
    'a pattern that grows without measure',
    template("  - {name: name, type: string, required: true, validationRegex: '((a{100}){100}){100}'}\n"),
    /repetition is above 1,000|too large/,
  ],
  [
    'a placeholder that is not declared',
    template('  - {name: other, type: string, required: true}\n'),
    /\{\{name\}\} is not declared under parameters/,
  ],
  [
    'a parameter twice',
    template(
      '  - {name: name, type: string, required: true}\n  - {name: name, type: string, required: true}\n',
    ),
    /declared twice|Duplicate value/,
  ],
  ['an unknown type', template('  - {name: name, type: float, required: true}\n'), /parameters\[0\]\.type/],
  [
    'an unknown field',
    template('  - {name: name, type: string, required: true, regex: x}\n'),
    /unknown field "spec\.parameters\[0\]\.regex"/,
  ],
  [
    'no spec',
    'apiVersion: vteam.ambient-code/v1alpha1\nkind: TaskTemplate\nmetadata: {name: t}',
    /spec: Required value/,
  ],
  ['a task', TASK, /is vteam\.ambient-code\/v1alpha1 AgenticSession; expected is .* TaskTemplate/],
];

/** Parameters that a template with `version` (digits, optional 1) and required `name` (a pattern that backtracking engines choke on) refuses. */
const PARAMETERS: readonly (readonly [what: string, args: readonly string[], words: RegExp])[] = [
  ['a missing one', [], /parameters\.name: name is required/],
  ['an empty one', ['-p', 'name='], /parameters\.name: name is required/],
  [
    'an unknown one, with the one that was meant',
    ['-p', 'nmae=a', '-p', 'name=a'],
    /parameters\.nmae: .*Did you mean name\?/,
  ],
  [
    'one its pattern refuses',
    ['-p', 'name=a', '-p', 'version=one'],
    /parameters\.version: version must match \^\\d\+\$/,
  ],
  [
    'one that would take for ever elsewhere',
    ['-p', `name=${'a'.repeat(1000)}!`],
    /parameters\.name: name must match/,
  ],
  ['one of 1,025 characters', ['-p', `name=${'a'.repeat(1025)}`], /parameters\.name/],
  [
    'one with an escape',
    ['-p', 'name=a\u001b[2J'],
    /parameters\.name: name must hold no control characters|parameters\.name/,
  ],
];

describe('bad templates and parameters', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  for (const [what, text, words] of TEMPLATES) {
    it(`refuses a template with ${what}`, async () => {
      const { code, err } = await world.run(['template', 'create', '-f', world.file('t.yaml', text)]);
      assert.equal(code, 2, err);
      assert.match(err, words);
      assert.deepEqual(await world.store.list('TaskTemplate'), []);
    });
  }

  it('a pattern whose backslashes were doubled on their way is taken as it was meant, with a warning', async () => {
    const doubled = template(
      "  - {name: name, type: string, required: true, defaultValue: latest, validationRegex: '^\\\\d+\\\\.\\\\d+\\\\.\\\\d+$|^latest$'}\n",
    );
    const { code, err } = await world.run(['template', 'create', '-f', world.file('t.yaml', doubled)]);
    assert.equal(code, 0, err);
    assert.match(err, /^warning: .*backslash/i);
    assert.equal((await world.run(['template', 'delete', 't'])).code, 0);
  });

  describe('parameters', () => {
    before(async () => {
      const text = template(
        "  - {name: name, type: string, required: true, validationRegex: '^(a+)+$'}\n  - {name: version, type: string, required: false, defaultValue: '1', validationRegex: '^\\d+$'}\n",
        'Upgrade {{name}} to {{version}}',
      );
      const { code, err } = await world.run(['template', 'create', '-f', world.file('t.yaml', text)]);
      assert.equal(code, 0, err);
    });
    for (const [what, args, words] of PARAMETERS) {
      it(`refuses ${what}`, async () => {
        const { code, err } = await world.run(['create', 'x', '--repo', URL, '--template', 't', ...args]);
        assert.equal(code, 2, err);
        assert.match(err, words);
        assert.doesNotMatch(err, /\u001b/);
        assert.deepEqual(await world.tasks(), []);
      });
    }
    it('refuses a template that is not there: exit code 5 and where to find some', async () => {
      const { code, err } = await world.run(['create', 'x', '--repo', URL, '--template', 'none']);
      assert.equal(code, 5);
      assert.match(
        err,
        /Template "none" not found in project "default"\.\nSee what is there: bgtask template list\./,
      );
    });
  });
});
