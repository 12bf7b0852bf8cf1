import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { detectChecks } from '../../../src/checks/detect.ts';
import { readRepo } from '../../../src/checks/repo-files.ts';
import { golden } from '../../cli/output/golden.ts';

const FOLDERS = join(import.meta.dirname, '../../fixtures/checks');

/** What is found in a folder, as far as it decides what runs: also what runs before a check, and what a person is told. */
function found(name: string): string {
  const { checks, notes } = detectChecks(readRepo(join(FOLDERS, name)));
  const shown = checks.map(({ kind, run, before }) => ({
    [kind]: run,
    ...(before?.length && { before: before.map((step) => step.run) }),
  }));
  return stringify({ checks: shown, ...(notes.length > 0 && { notes }) }, { lineWidth: 0 });
}

describe('the checks of a small repository that were found wrongly once', () => {
  for (const name of readdirSync(FOLDERS).sort())
    it(name, () => golden(`golden/${name}.yaml`, import.meta.url, found(name)));
});
