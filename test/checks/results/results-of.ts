import { collectResults } from '../../../src/checks/results/collect.ts';
import type { TestResults } from '../../../src/checks/results/results.ts';

/** The results of an output, fed line by line. */
export function resultsOf(output: string, folders: string[] = []): TestResults | undefined {
  const collector = collectResults(folders);
  for (const line of output.split('\n')) collector.line(line);
  return collector.end();
}
