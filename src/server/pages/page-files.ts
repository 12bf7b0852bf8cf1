import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { packageRoot } from '../../package-root.ts';

/** A file as it goes out. */
export interface PageFile {
  body: Uint8Array<ArrayBuffer>;
  type: string;
  /** True for a file whose name changes with what is in it. */
  hashed: boolean;
}

/** The agents that the form of a new task offers. */
export interface PageAgents {
  choices: readonly { name: string; label: string }[];
  /** The one of a task that names none. */
  usual: string;
}

/** The files of the pages by the exact paths they are asked for, and the page itself, which stands behind every address of a page. */
export interface PageFiles {
  page: PageFile;
  assets: ReadonlyMap<string, PageFile>;
}

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

function read(folder: string, name: string, hashed: boolean): PageFile {
  const type = TYPES[extname(name)] ?? 'application/octet-stream';
  return { body: Uint8Array.from(readFileSync(join(folder, name))), type, hashed };
}

/** The page with the agents that its form offers: data in an attribute, for the page runs no script but its own file. */
function pageWith(page: PageFile, agents: PageAgents): PageFile {
  const text = JSON.stringify(agents).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const body = Buffer.from(page.body)
    .toString('utf8')
    .replace('AGENTS', () => text);
  return { ...page, body: Uint8Array.from(Buffer.from(body)) };
}

/** Reads what was built into a folder, once: what is not in it then is served by no path. */
export function readPageFiles(agents: PageAgents, folder = join(packageRoot(), 'dist/web')): PageFiles {
  const assets = join(folder, 'assets');
  return {
    page: pageWith(read(folder, 'index.html', false), agents),
    assets: new Map(readdirSync(assets).map((name) => [`/assets/${name}`, read(assets, name, true)])),
  };
}
