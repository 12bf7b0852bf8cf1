import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import { referencePages } from './reference/pages.ts';

/** Writes docs/reference/ from the program itself. */
const folder = join(packageRoot(), 'docs/reference');
await mkdir(folder, { recursive: true });
for (const [name, text] of Object.entries(await referencePages())) await writeFile(join(folder, name), text);
