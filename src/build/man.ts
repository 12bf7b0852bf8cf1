import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import { manPages } from './man/pages.ts';

/** Writes man/ from the commands. */
const folder = join(packageRoot(), 'man');
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
for (const [name, text] of Object.entries(await manPages())) await writeFile(join(folder, name), text);
