import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { referencePages } from '../../src/build/reference/pages.ts';

const folder = fileURLToPath(new URL('../../docs/reference/', import.meta.url));

describe('the generated reference', () => {
  it('are all of docs/reference/', async () =>
    assert.deepEqual(readdirSync(folder).toSorted(), Object.keys(await referencePages())));

  for (const name of readdirSync(folder))
    it(`${name} is as the program is; after a change, run npm run docs`, async () => {
      const pages = await referencePages();
      assert.equal(readFileSync(folder + name, 'utf8'), pages[name]);
    });
});
