import { readdirSync, readFileSync } from 'node:fs';
import { golden } from '../../cli/output/golden.ts';
import { resultsOf } from './results-of.ts';

const GOLDEN = new URL('golden/', import.meta.url);

/** What real test runners printed (`NAME.txt`), and what is read from it (`NAME.json`, null for nothing). */
describe('results of real test runners', () => {
  const names = readdirSync(GOLDEN).filter((name) => name.endsWith('.txt'));
  for (const name of names)
    it(`reads ${name}`, () => {
      const read = resultsOf(readFileSync(new URL(name, GOLDEN), 'utf8'));
      golden(
        `golden/${name.replace(/txt$/, 'json')}`,
        import.meta.url,
        `${JSON.stringify(read ?? null, null, 2)}\n`,
      );
    });
});
