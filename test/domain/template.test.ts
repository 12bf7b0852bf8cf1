import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { TaskTemplate, TemplateSpec } from '../../src/api/types.ts';
import { instantiate, TemplateError, validateTemplate } from '../../src/domain/template.ts';

const UPGRADE: TemplateSpec = {
  displayName: 'Upgrade NPM Dependency',
  instructionsTemplate: 'Upgrade {{packageName}} to version {{version}} in package.json.',
  parameters: [
    { name: 'packageName', type: 'string', required: true },
    {
      name: 'version',
      type: 'string',
      required: true,
      defaultValue: 'latest',
      validationRegex: String.raw`^\\d+\\.\\d+\\.\\d+$|^latest$`,
    },
  ],
};

const spec = (changes: Partial<TemplateSpec>): TemplateSpec => ({
  displayName: 'Test',
  instructionsTemplate: 'Do it.',
  ...changes,
});

const template = (changes: Partial<TemplateSpec>): TaskTemplate => ({
  apiVersion: 'vteam.ambient-code/v1alpha1',
  kind: 'TaskTemplate',
  metadata: { name: 'test', namespace: 'demo' },
  spec: spec(changes),
});

const problemsOf = (run: () => unknown): string[] => {
  try {
    return [`nothing was refused: ${JSON.stringify(run())}`];
  } catch (error) {
    assert.ok(error instanceof TemplateError, String(error));
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
};

describe('validateTemplate', () => {
  it('accepts the seed template with a warning, and hands back the pattern as it is matched', () => {
    const { errors, warnings, spec } = validateTemplate(UPGRADE);
    assert.deepEqual(errors, []);
    assert.match(warnings.join(), /^parameters\[1\]\.validationRegex has doubled backslashes/);
    assert.equal(spec.parameters?.[1]?.validationRegex, String.raw`^\d+\.\d+\.\d+$|^latest$`);
    assert.deepEqual(validateTemplate(spec).warnings, [], 'the normalised template is clean');
  });

  it('names the type of every parameter', () => {
    const { spec: made } = validateTemplate(
      spec({ instructionsTemplate: '{{a}}', parameters: [{ name: 'a' }] }),
    );
    assert.deepEqual(made.parameters, [{ name: 'a', type: 'string' }]);
  });

  const bad: [string, Partial<TemplateSpec>, RegExp][] = [
    [
      'a placeholder that is not declared',
      { instructionsTemplate: '{{pakageName}}', parameters: [{ name: 'packageName' }] },
      /^instructionsTemplate: \{\{pakageName\}\} is not declared.*Did you mean packageName\?/,
    ],
    ['one in a rule', { validationRules: ['uses {{x}}'] }, /^validationRules\[0\]: /],
    ['one in the title', { pullRequest: { title: '{{x}}' } }, /^pullRequest\.title: /],
    ['one in the command', { agent: { type: 'command', run: '{{x}}' } }, /^agent\.run: /],
    [
      'a parameter declared twice',
      { instructionsTemplate: '{{a}}', parameters: [{ name: 'a' }, { name: 'a' }] },
      /^parameters\[1\]\.name: .*twice/,
    ],
    ['a name that placeholders cannot hold', { parameters: [{ name: 'a b' }] }, /^parameters\[0\]\.name: /],
    [
      'a default outside of the choices',
      { parameters: [{ name: 'a', enum: ['x', 'y'], defaultValue: 'z' }] },
      /^parameters\[0\]\.defaultValue: The default z must be one of: x, y\./,
    ],
    [
      'a default that its pattern refuses',
      { parameters: [{ name: 'a', validationRegex: '^x$', defaultValue: 'z' }] },
      /defaultValue: .*must match \^x\$/,
    ],
    [
      'a default of another type',
      { parameters: [{ name: 'a', type: 'integer', defaultValue: '1.5' }] },
      /defaultValue: .*whole number/,
    ],
    [
      'a choice of another type',
      { parameters: [{ name: 'a', type: 'boolean', enum: ['yes'] }] },
      /enum: The choice yes must be true or false/,
    ],
    ['no choice at all', { parameters: [{ name: 'a', enum: [] }] }, /enum: /],
    [
      'a pattern that is not supported',
      { parameters: [{ name: 'a', validationRegex: '(?=a)' }] },
      /^parameters\[0\]\.validationRegex: .*lookahead/,
    ],
    ['a section', { instructionsTemplate: '{{#if a}}' }, /\{\{#if a\}\} is not understood/],
    ['a filter', { instructionsTemplate: '{{a|upper}}' }, /is not understood/],
    ['braces without an end', { instructionsTemplate: 'a {{ b' }, /Write \\\{\{ for braces that stay/],
  ];
  for (const [what, changes, message] of bad) {
    it(`refuses ${what}`, () => {
      const { errors } = validateTemplate(spec(changes));
      assert.equal(errors.length, 1, JSON.stringify(errors));
      assert.match(`${errors[0]?.path}: ${errors[0]?.message}`, message);
    });
  }

  it('warns of a parameter that nothing uses', () => {
    const { warnings } = validateTemplate(spec({ parameters: [{ name: 'idle' }] }));
    assert.match(warnings.join(), /idle is declared but not used/);
  });

  it('takes hostile texts of the largest size without hanging', () => {
    for (const text of [
      `{{${' '.repeat(10_000)}`,
      '{{'.repeat(5000),
      '"'.repeat(9999),
      '\\{{'.repeat(3000),
    ]) {
      validateTemplate(spec({ instructionsTemplate: text, agent: { type: 'command', run: `{{a}}${text}` } }));
    }
  });
});

describe('instantiate', () => {
  it('makes the prompts of the seed', () => {
    const made = instantiate(template(UPGRADE), { packageName: 'lodash', version: '4.17.21' });
    assert.equal(made.prompt, 'Upgrade lodash to version 4.17.21 in package.json.');
    assert.deepEqual(made.parameters, { packageName: 'lodash', version: '4.17.21' });
    assert.deepEqual(instantiate(template(UPGRADE), { packageName: 'axios' }).parameters, {
      packageName: 'axios',
      version: 'latest',
    });
  });

  it('names every problem with what was given', () => {
    assert.deepEqual(
      problemsOf(() => instantiate(template(UPGRADE), { Version: '1', version: 'new' })),
      [
        'parameters.Version: The template has no such parameter. Did you mean version?',
        'parameters.packageName: packageName is required.',
        String.raw`parameters.version: version must match ^\d+\.\d+\.\d+$|^latest$`,
      ],
    );
  });

  const typed: [string, TemplateSpec['parameters'], string | number | boolean, string | RegExp][] = [
    ['a number for an integer', [{ name: 'a', type: 'integer' }], 22, '22'],
    ['zero', [{ name: 'a', type: 'integer', defaultValue: '5' }], 0, '0'],
    ['text for an integer', [{ name: 'a', type: 'integer' }], '-7', '-7'],
    ['a fraction for an integer', [{ name: 'a', type: 'integer' }], 1.5, /whole number/],
    ['false for a boolean', [{ name: 'a', type: 'boolean', defaultValue: 'true' }], false, 'false'],
    ['yes for a boolean', [{ name: 'a', type: 'boolean' }], 'yes', /true or false/],
    ['a number for a string', [{ name: 'a' }], 18, '18'],
    ['a choice', [{ name: 'a', enum: ['x', 'y'] }], 'y', 'y'],
    ['no choice', [{ name: 'a', enum: ['x', 'y'] }], 'z', /must be one of: x, y/],
    ['an empty text where a default is', [{ name: 'a', defaultValue: 'd' }], '', 'd'],
    ['an empty text where one is required', [{ name: 'a', required: true }], '', /is required/],
    ['nothing optional', [{ name: 'a' }], '', ''],
    ['a long value', [{ name: 'a' }], 'x'.repeat(1025), /at most 1024 characters/],
    ['an escape', [{ name: 'a' }], 'a\u001b[31m', /no control characters/],
    ['lines and tabs', [{ name: 'a' }], 'a\n\tb', 'a\n\tb'],
    ['another placeholder', [{ name: 'a' }], '{{a}} $& $1', '{{a}} $& $1'],
  ];
  for (const [what, parameters, value, expected] of typed) {
    it(`${typeof expected === 'string' ? 'takes' : 'refuses'} ${what}`, () => {
      const made = template({ instructionsTemplate: '<{{ a }}>', parameters });
      if (typeof expected === 'string') {
        assert.equal(instantiate(made, { a: value }).prompt, `<${expected}>`);
      } else {
        assert.match(problemsOf(() => instantiate(made, { a: value })).join(), expected);
      }
    });
  }

  it('refuses a value that is not text, a number or a boolean', () => {
    const given = JSON.parse('{"packageName": {"a": 1}, "version": null}');
    assert.match(
      problemsOf(() => instantiate(template(UPGRADE), given)).join(),
      /must be a text.*must be a text/,
    );
  });

  it('takes no value from the prototype', () => {
    const made = template({ instructionsTemplate: '{{toString}}', parameters: [{ name: 'toString' }] });
    assert.equal(instantiate(made, {}).prompt, '');
  });

  it('keeps escaped braces, and puts the rules under their heading', () => {
    const { prompt } = instantiate(
      template({
        instructionsTemplate: String.raw`Keep \{{ secrets.X }} in {{file}}.`,
        validationRules: ['{{file}} is valid YAML.', 'No other file changed.'],
        parameters: [{ name: 'file' }],
      }),
      { file: 'ci.yml' },
    );
    assert.equal(
      prompt,
      'Keep {{ secrets.X }} in ci.yml.\n\nThe change must satisfy:\n- ci.yml is valid YAML.\n- No other file changed.',
    );
  });

  it('hands over agent, checks and pull request, the title on one line of 200 characters', () => {
    const made = instantiate(
      template({
        agent: { type: 'claude', maxTurns: 9 },
        checks: [{ name: 'test', run: 'make test' }],
        pullRequest: { title: 'Fix {{what}}', draft: true },
        parameters: [{ name: 'what' }],
      }),
      { what: `a\n${'b'.repeat(300)}` },
    );
    assert.deepEqual(made.agent, { type: 'claude', maxTurns: 9 });
    assert.deepEqual(made.checks, [{ name: 'test', run: 'make test' }]);
    assert.equal(made.pullRequest?.draft, true);
    assert.equal(made.pullRequest?.title, `Fix a ${'b'.repeat(193)}…`);
  });

  it('refuses a filled prompt of more than 10,240 characters, however many bytes they have', () => {
    const made = template({ instructionsTemplate: '{{a}}'.repeat(11), parameters: [{ name: 'a' }] });
    const problems = problemsOf(() => instantiate(made, { a: '漢'.repeat(1000) })).join();
    assert.match(problems, /prompt: .*11000 characters/);
    assert.equal(instantiate(made, { a: '漢'.repeat(900) }).prompt.length, 9900);
  });

  it('refuses to fill a template that is not valid', () => {
    assert.match(
      problemsOf(() => instantiate(template({ instructionsTemplate: '{{a}}' }), {})).join(),
      /declared/,
    );
  });
});

describe('values in a command', () => {
  const parameters = [{ name: 'a' }];
  const withRun = (run: string): TaskTemplate => template({ agent: { type: 'command', run }, parameters });

  const HOSTILE = [
    '$(echo pwned)',
    '`echo pwned`',
    "'; echo pwned; '",
    '"; echo pwned; "',
    String.raw`\'; echo pwned #`,
    '${HOME} * ~ ! | & > /dev/null',
    'two\nlines',
    '-n',
    '{{a}}',
    '',
  ];
  for (const value of HOSTILE) {
    it(`reach the program as one word: ${JSON.stringify(value)}`, () => {
      const { agent } = instantiate(withRun('printf "%s|" {{a}} --x={{a}}'), { a: value });
      assert.equal(
        execFileSync('sh', ['-c', agent?.run ?? ''], { encoding: 'utf8' }),
        `${value}|--x=${value}|`,
      );
    });
  }

  const REFUSED = [
    `echo '{{a}}'`,
    `echo "{{a}}"`,
    `sed "s/x/{{a}}/" f`,
    'echo `tool {{a}}`',
    `echo "$(tool "{{a}}")"`,
    'tool # {{a}}',
    'cat <<EOF\n{{a}}\nEOF',
    `echo $'{{a}}'`,
    'echo ${{a}}',
    'echo $(({{a}} + 1))',
    `echo it's {{a}}`,
  ];
  for (const run of REFUSED) {
    it(`are refused where a quoted word is not safe: ${JSON.stringify(run)}`, () => {
      assert.match(
        problemsOf(() => instantiate(withRun(run), { a: 'x' })).join(),
        /^agent\.run: .*run as code/,
      );
    });
  }

  for (const run of [
    'tool {{a}}',
    'tool --to={{a}} "$HOME/x" \'y\' && sh -c {{a}}',
    'x=$(tool {{a}}) # why not',
    'for f in *.ts; do tool "$f" {{a}}; done',
    "echo '`no placeholder here`' {{a}}",
    'echo "$(date)" `id` <<< "\\{{a}}"',
  ]) {
    it(`are welcome elsewhere: ${run}`, () => {
      assert.deepEqual(validateTemplate(withRun(run).spec).errors, []);
    });
  }
});
