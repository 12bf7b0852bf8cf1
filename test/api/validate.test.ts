import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { invalidMessage, unknownFields, unknownMessage, validate } from '../../src/api/validate.ts';
import { background, session, template, withStatus, type Json } from './object-builders.ts';
import { ROWS } from './objects.ts';

const BLOCKED = 'some validation rules were not checked because the object was invalid';

describe('objects are accepted and refused as a real API server does', () => {
  for (const row of ROWS)
    it(`${row.errors.length > 0 ? 'refuses' : 'accepts'} ${row.name}`, async () => {
      const { errors } = await validate(row.kind, row.object, row.old);
      const texts = errors.map(({ path, message }) => `${path}: ${message}`);
      const own = texts.filter((text) => !text.includes(BLOCKED));
      for (const wanted of row.errors)
        assert.ok(
          own.some((text) => text.includes(wanted)),
          `no error says ${wanted}, only ${own.join('; ')}`,
        );
      assert.equal(own.length, row.errors.length, `other errors than wanted: ${own.join('; ')}`);
      assert.deepEqual(unknownFields(row.kind, row.object), row.unknown ?? []);
    });
});

describe('what validate returns', () => {
  it('is a copy with defaults, without nulls and without unknown fields of closed objects', async () => {
    const object = session({
      agent: { type: 'claude', model: null, temprature: 1 },
      llmSettings: { topP: null },
    });
    const before = structuredClone(object);
    const result = await validate('AgenticSession', { ...object, data: 1 });
    const spec = { agent: { type: 'claude' }, llmSettings: { topP: null }, mode: 'interactive' };
    assert.deepEqual(result.object, { ...before, spec });
    assert.deepEqual(object, before, 'the object given was changed');
  });

  it('has the default type of every parameter of a template', async () => {
    const { object } = await validate('TaskTemplate', template({ parameters: [{ name: 'a' }] }));
    assert.deepEqual((object['spec'] as Json)['parameters'], [{ name: 'a', type: 'string' }]);
  });

  it('has the reasons of a Status, and says when CEL rules were left out', async () => {
    const { errors } = await validate('AgenticSession', background({ prompt: 5, timeout: 5 }));
    assert.deepEqual(
      errors.map(({ reason, path }) => [reason, path]),
      [
        ['FieldValueTypeInvalid', 'spec.prompt'],
        ['FieldValueInvalid', '<nil>'],
      ],
    );
  });

  for (const object of [null, 'text', 5, []] as const)
    it(`refuses ${JSON.stringify(object)}, which is not an object`, async () => {
      const { errors } = await validate('AgenticSession', object);
      assert.equal(errors.length, 1);
    });

  it('refuses an object that is nested too deep for the stack, and one with very many faults', async () => {
    const deep: unknown = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
    const bomb = await validate('AgenticSession', session({ other: deep }));
    assert.deepEqual(
      bomb.errors.map(({ message }) => message),
      ['Invalid value: nested more than 500 levels deep'],
    );
    const many = await validate('AgenticSession', session({ allowedPaths: Array(1e5).fill('') }));
    assert.ok(many.errors.length > 0);
    assert.ok(many.errors.length <= 1001);
  });

  it('refuses another kind and another version before all else', async () => {
    const { errors } = await validate('TaskTemplate', { ...session(), apiVersion: 'v1' });
    assert.equal(
      invalidMessage('TaskTemplate', 'a', errors),
      'TaskTemplate.vteam.ambient-code "a" is invalid: [kind: Invalid value: "AgenticSession": must be TaskTemplate, ' +
        'apiVersion: Invalid value: "v1": must be vteam.ambient-code/v1alpha1]',
    );
  });
});

describe('updates', () => {
  const bad = session({ mode: 'interactive', repairs: 9, repos: [{ input: { url: '' } }] });

  it('let pass what was wrong before and has not changed', async () => {
    const { errors } = await validate('AgenticSession', withStatus(bad, { progress: 5 }), bad);
    assert.deepEqual(errors, []);
  });

  it('refuse what was wrong before and is wrong in another way now', async () => {
    const worse = session({ repairs: 10, repos: [{ input: { url: '' } }, {}] });
    const { errors } = await validate('AgenticSession', worse, bad);
    assert.deepEqual(
      errors.map(({ path }) => path).sort(),
      ['spec.repairs', 'spec.repos[0].input.url'],
      'a list that changed is validated whole',
    );
  });

  it('compare with an old object that was written before a field had its default', async () => {
    const { errors } = await validate('AgenticSession', session({ mode: 'interactive' }), session());
    assert.deepEqual(errors, []);
  });

  it('refuse another name or namespace', async () => {
    const old = background();
    const moved = { ...old, metadata: { name: 'other', namespace: 'team-b' } };
    const { errors } = await validate('AgenticSession', moved, old);
    assert.deepEqual(
      errors.map(({ path, message }) => `${path}: ${message}`),
      [
        'metadata.name: Invalid value: "other": field is immutable',
        'metadata.namespace: Invalid value: "team-b": field is immutable',
      ],
    );
  });
});

describe('sentences', () => {
  it('name one error without brackets', async () => {
    const { errors } = await validate('AgenticSession', background({ timeout: 30 }));
    assert.equal(
      invalidMessage('AgenticSession', 'fix-lint', errors),
      'AgenticSession.vteam.ambient-code "fix-lint" is invalid: spec: Invalid value: timeout must be from 60 to 3600 seconds',
    );
  });

  it('name unknown fields as strict field validation does', () => {
    const unknown = unknownFields('TaskTemplate', template({ promt: 'a', name: 'b' }));
    assert.equal(
      unknownMessage('TaskTemplate', unknown),
      'TaskTemplate in version "v1alpha1" cannot be handled as a TaskTemplate: strict decoding error: unknown field "spec.name", unknown field "spec.promt"',
    );
  });
});

describe('unknownFields, strict', () => {
  const spec = {
    promt: 'a',
    repos: [{ input: { url: 'https://example.com/a', depth: 1 } }],
    userContext: { id: 1 },
  };

  it('reports what the spec of a background task keeps', () => {
    assert.deepEqual(unknownFields('AgenticSession', background(spec), { strict: true }), [
      'unknown field "spec.promt"',
      'unknown field "spec.repos[0].input.depth"',
      'unknown field "spec.userContext.id"',
    ]);
  });

  it('leaves the status of a background task and the sessions of other modes alone', () => {
    const task = withStatus(background(), { message: 'a' });
    assert.deepEqual(unknownFields('AgenticSession', task, { strict: true }), []);
    assert.deepEqual(unknownFields('AgenticSession', session(spec), { strict: true }), []);
  });
});

describe('start-up', () => {
  it('loads neither the CEL interpreter nor the compiled schemas with validate.ts', async () => {
    const { metafile } = await build({
      entryPoints: ['src/api/validate.ts'],
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      outdir: 'dist',
      write: false,
      metafile: true,
    });
    const outputs = Object.values(metafile.outputs);
    const entry = outputs.find(({ entryPoint }) => entryPoint === 'src/api/validate.ts');
    assert.ok(entry);
    const statically = entry.imports
      .filter(({ kind }) => kind === 'import-statement')
      .map(({ path }) => path);
    const inputs = [entry, ...statically.map((path) => metafile.outputs[path])].flatMap((output) =>
      Object.keys(output?.inputs ?? {}),
    );
    const heavy = inputs.filter((path) => /cel-js|validator\.js|node_modules\/ajv/.test(path));
    assert.deepEqual(heavy, []);
  });
});
