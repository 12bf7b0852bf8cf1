import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { referencePages } from '../../src/build/reference/pages.ts';

const folder = fileURLToPath(new URL('../../docs/reference/', import.meta.url));

describe('the generated reference', () => {
  for (const name of ['agents.md', 'cli.md', 'metrics.md', 'objects.md', 'protected-paths.md', 'rest.md'])
    it(`${name} is as the program is; after a change, run npm run docs`, async () => {
      const pages = await referencePages();
      assert.equal(readFileSync(folder + name, 'utf8'), pages[name]);
    });
});
