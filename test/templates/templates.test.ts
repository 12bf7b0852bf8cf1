import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { API_VERSION, isDnsLabel, LABEL } from '../../src/api/names.ts';
import type { TaskTemplate } from '../../src/api/types.ts';
import { instantiate, validateTemplate } from '../../src/domain/template.ts';
import { golden } from '../cli/output/golden.ts';

const FOLDER = fileURLToPath(new URL('../../templates/', import.meta.url));

const read = (name: string): TaskTemplate => parse(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8'));

/** What a user would give for each template: all that is required, and something optional. */
const GIVEN: Record<string, Record<string, string | number>> = {
  'add-docs': { target: 'src/billing' },
  'add-tests': { target: 'src/billing/invoice.ts', focus: 'rounding and currencies' },
  'add-type-hints': { target: 'app/models', checker: 'pyright' },
  'bump-runtime': { runtime: 'Node.js', version: 22 },
  codemod: { command: "npx example-codemod --from 'a b' src", summary: 'use the new import paths' },
  'fix-flaky-test': { test: 'test/queue.test.ts, "drains in order"', runs: 200 },
  'fix-lint': { scope: 'packages/api' },
  'remove-dead-code': {},
  'replace-deprecated-api': { oldApi: 'fs.exists', newApi: 'fs.access' },
  'security-patch': { packageName: 'lodash', fixedVersion: '4.17.21', advisory: 'CVE-2021-23337' },
  'upgrade-dependency': { packageName: 'lodash', version: '4.17.21' },
};

const CRD = parse(readFileSync(join(FOLDER, '../crds/tasktemplates-crd.yaml'), 'utf8'));

/** The schema with unknown fields refused, as `kubectl apply` warns of them. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in schema && 'type' in schema ? { ...copy, additionalProperties: false } : copy;
}

const conforms = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(
  Object(closed(CRD.spec.versions[0].schema.openAPIV3Schema)),
);

const names = readdirSync(FOLDER).map((file) => file.replace(/\.yaml$/, ''));

describe('the ready templates', () => {
  it('have a sample of parameters each', () => assert.deepEqual(Object.keys(GIVEN), names.toSorted()));

  for (const name of names) {
    describe(name, () => {
      const template = read(name);

      it('is a TaskTemplate of its file name, with category and language', () => {
        assert.ok(conforms(template), JSON.stringify(conforms.errors));
        assert.equal(template.apiVersion, API_VERSION);
        assert.equal(template.kind, 'TaskTemplate');
        assert.equal(template.metadata.name, name);
        assert.ok(isDnsLabel(name));
        assert.ok(template.metadata.labels?.[LABEL.category]);
        assert.ok(template.metadata.labels?.[LABEL.language]);
        assert.ok(template.spec.description);
        for (const parameter of template.spec.parameters ?? [])
          assert.ok(parameter.description, parameter.name);
      });

      it('is valid without a warning', () => {
        const { errors, warnings } = validateTemplate(template.spec);
        assert.deepEqual({ errors, warnings }, { errors: [], warnings: [] });
      });

      it('makes the prompt of its golden file', () => {
        const { prompt, agent, pullRequest } = instantiate(template, GIVEN[name] ?? {});
        const run = agent?.run === undefined ? '' : `$ ${agent.run}\n\n`;
        golden(`golden/${name}.txt`, import.meta.url, `# ${pullRequest?.title}\n\n${run}${prompt}\n`);
      });
    });
  }
});

describe('upgrade-dependency', () => {
  const { spec } = read('upgrade-dependency');

  it('is the template of the quickstart, word for word', () => {
    assert.equal(spec.displayName, 'Upgrade NPM Dependency');
    assert.equal(spec.description, 'Upgrades a specified npm dependency to a target version');
    assert.equal(
      spec.instructionsTemplate,
      'Upgrade {{packageName}} to version {{version}} in package.json. Run npm install to update package-lock.json. Ensure npm test passes.',
    );
    assert.deepEqual(
      spec.parameters?.map(({ name, type, required, defaultValue }) => [name, type, required, defaultValue]),
      [
        ['packageName', 'string', true, undefined],
        ['version', 'string', true, 'latest'],
      ],
    );
    assert.equal(spec.parameters?.[1]?.validationRegex, String.raw`^\d+\.\d+\.\d+$|^latest$`);
  });

  it('makes the instructions of both of its tasks', () => {
    for (const [packageName, version] of [
      ['lodash', '4.17.21'],
      ['axios', '1.6.0'],
    ] as const) {
      const { prompt } = instantiate(read('upgrade-dependency'), { packageName, version });
      assert.ok(
        prompt.startsWith(`Upgrade ${packageName} to version ${version} in package.json. Run npm install`),
      );
    }
  });
});

describe('codemod', () => {
  it('runs the whole command line, quotes and pipes included, and fails when it fails', () => {
    const folder = mkdtempSync(join(tmpdir(), 'codemod-'));
    const run = (command: string): string => {
      const { agent } = instantiate(read('codemod'), { command, summary: 'test' });
      return execFileSync('sh', ['-c', agent?.run ?? ''], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    };
    try {
      run(`printf "it's %s\\n" 'a b' | tr a-z A-Z > out.txt`);
      assert.equal(readFileSync(join(folder, 'out.txt'), 'utf8'), "IT'S A B\n");
      assert.throws(() => run('false; echo went on'), /Command failed/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
