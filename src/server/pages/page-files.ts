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

/** Reads what was built into a folder, once: what is not in it then is served by no path. */
export function readPageFiles(folder = join(packageRoot(), 'dist/web')): PageFiles {
  const assets = join(folder, 'assets');
  return {
    page: read(folder, 'index.html', false),
    assets: new Map(readdirSync(assets).map((name) => [`/assets/${name}`, read(assets, name, true)])),
  };
}
