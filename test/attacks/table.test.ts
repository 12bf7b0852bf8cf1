import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ATTACKS } from './rows/table.ts';

const SECURITY = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8');

describe('the table of attacks', () => {
  it('has at least 60 rows, each with a name of its own', () => {
    const names = ATTACKS.map(({ name }) => name);
    assert.ok(names.length >= 60);
    assert.equal(new Set(names).size, names.length);
  });

  for (const { name } of ATTACKS.filter(
    (row) => row.outcome.startsWith('not stopped') || row.open !== undefined,
  ))
    it(`docs/security.md names "${name}", which comes through`, () => assert.ok(SECURITY.includes(name)));

  it('docs/security.md calls no hole open that a row calls closed', () => {
    const holes = SECURITY.split('### Open holes')[1]?.split(/^## /m)[0] ?? '';
    for (const { name, open } of ATTACKS)
      if (open === undefined) assert.ok(!holes.includes(`\`${name}\``), name);
  });
});
