import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../../src/domain/errors.ts';
import { packageRoot } from '../../src/package-root.ts';
import { readyTemplate, readyTemplates } from '../../src/service/ready-templates.ts';

describe('The templates that come with bgtask', () => {
  it('are the files of templates/, in the order of their names', () => {
    const files = readdirSync(join(packageRoot(), 'templates')).filter((file) => file.endsWith('.yaml'));
    assert.deepEqual(
      readyTemplates().map((name) => `${name}.yaml`),
      files.sort(),
    );
    assert.ok(readyTemplates().includes('upgrade-dependency'));
  });

  for (const name of readyTemplates())
    it(`${name} is made for the project that asks, under its own name and without a warning`, async () => {
      const { template, warnings } = await readyTemplate(name, 'team');
      assert.deepEqual([template.metadata.namespace, template.metadata.name], ['team', name]);
      assert.deepEqual(warnings, []);
    });

  for (const name of ['none', '', '../package', 'fix-lint.yaml', 'FIX-LINT', './fix-lint', 'constructor'])
    it(`are named when one is asked for that is not there: ${JSON.stringify(name)}`, () =>
      assert.rejects(readyTemplate(name, 'team'), (error) => {
        assert.ok(hasCode(error, 'NotFound'));
        assert.ok(error.message.includes(`"${name}"`));
        assert.equal(error.hint, `It brings: ${readyTemplates().join(', ')}`);
        return true;
      }));
});
