import assert from 'node:assert/strict';
import { settingFields } from '../../src/domain/settings-fields.ts';
import { defaultOnCluster } from '../../src/engine/kubernetes/install/settings-document.ts';

const SHORTEST = 15;
const LONGEST = 300;

describe('every setting', () => {
  const fields = settingFields();

  it('has a description beside the schema, in sentences', () => {
    const faults = fields.filter(
      ({ description: { length }, description }) =>
        length < SHORTEST || length > LONGEST || !description.endsWith('.'),
    );
    assert.deepEqual(
      faults.map(({ path }) => path),
      [],
    );
  });

  it('has a default, or an example of a value', () => {
    const faults = fields.filter((field) => (defaultOnCluster(field) ?? field.example) === undefined);
    assert.deepEqual(
      faults.map(({ path }) => path),
      [],
    );
  });

  it('stands once, by its path, with its default as people write it', () => {
    const byPath = new Map(fields.map((field) => [field.path, field.default]));
    assert.equal(byPath.size, fields.length);
    assert.deepEqual(
      ['limits.perUser', 'retention.completed', 'checks.timeout', 'network.mode', 'pageBaseUrl'].map((path) =>
        byPath.get(path),
      ),
      [1, '30d', '15m', 'list', undefined],
    );
    assert.ok(byPath.has('runner.resources.prove') && byPath.has('runner.networkPolicy.egress'));
  });
});
