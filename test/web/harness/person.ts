import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Page } from 'playwright-core';
import type { Machine } from '../../support/command-line.ts';
import type { Site } from './site.ts';

/** Opens the link that the server printed, and then a page. */
export async function signedIn(page: Page, site: Site, path = '/projects/default'): Promise<void> {
  await page.goto(site.link());
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await page.goto(site.at(path));
}

/** Waits until the task page shows that its task has this phase. */
export const phaseIs = (page: Page, phase: string): Promise<void> =>
  page.locator('.task-title').getByText(phase, { exact: true }).waitFor();

/** A repository whose linter refuses a file `bad.js`, and whose tests pass. */
export const smallRepository = (machine: Machine, name: string): Promise<string> =>
  machine.repository(name, {
    'package.json': JSON.stringify({
      name,
      version: '1.0.0',
      scripts: { lint: 'node lint.js', test: 'node test.js' },
    }),
    'package-lock.json': JSON.stringify({
      name,
      version: '1.0.0',
      lockfileVersion: 3,
      packages: { '': { name, version: '1.0.0' } },
    }),
    'lint.js':
      "if (require('fs').existsSync('bad.js')) { console.error('bad.js is bad'); process.exit(1); }\n",
    'test.js': "console.log('3 passing');\n",
    'a.txt': 'a\n',
  });

/** What an agent waits for until the test lets it go on. */
export interface Gate {
  /** A shell command that ends when the gate is opened. */
  wait: string;
  open(): Promise<void>;
}

export async function gate(machine: Machine, name: string): Promise<Gate> {
  // A test that is tried again makes it again.
  const fifo = join(await mkdtemp(join(machine.gates, 'gate-')), name);
  await execa('mkfifo', [fifo]);
  return { wait: `read -r _ < '${fifo}'`, open: () => writeFile(fifo, 'go\n') };
}

interface Chore {
  name: string;
  repository: string;
  run: string;
}

/** Fills in the form for an agent that is a command. Sends nothing. */
export async function fillChore(page: Page, { name, repository, run }: Chore): Promise<void> {
  await page.getByLabel('Name (required)', { exact: true }).fill(name);
  await page.getByLabel('Repository (required)').fill(repository);
  await page.getByLabel('Instructions').fill(`What ${name} does`);
  await page.getByLabel('Agent').selectOption('command');
  await page.getByLabel('Command (required)').fill(run);
}

/** Sends a chore from the command line, without waiting for its end. */
export const sent = (machine: Machine, { name, repository, run }: Chore): Promise<string> =>
  machine.ok('create', name, '--repo', repository, '-m', `What ${name} does`, '--run', run);
