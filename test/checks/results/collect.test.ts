import { readdirSync, readFileSync } from 'node:fs';
import { collectResults } from '../../../src/checks/results/collect.ts';
import type { TestResults } from '../../../src/checks/results/results.ts';
import { golden } from '../../cli/output/golden.ts';

const GOLDEN = new URL('golden/', import.meta.url);

/** The results of an output, as a check's log would give them. */
export function resultsOf(output: string): TestResults | undefined {
  const collector = collectResults();
  for (const line of output.split('\n')) collector.line(line);
  return collector.end();
}

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
