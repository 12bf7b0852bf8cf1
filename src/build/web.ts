import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const source = 'src/server/web';

/** What a browser of two years ago understands. */
const target = ['chrome120', 'firefox121', 'safari17'];

await rm(`${root}dist/web`, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { app: `${source}/main.tsx`, style: `${source}/style/style.css`, icon: `${source}/icon.svg` },
  outdir: 'dist/web/assets',
  entryNames: '[name]-[hash]',
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target,
  minify: true,
  legalComments: 'linked',
  metafile: true,
  loader: { '.svg': 'copy' },
  logLevel: 'warning',
});

const built = (entry: string): string => {
  const found = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry);
  if (!found) throw new Error(`no output for ${entry}`);
  return `/assets/${basename(found[0])}`;
};

const page = await readFile(`${root}${source}/index.html`, 'utf8');
await mkdir(`${root}dist/web`, { recursive: true });
await writeFile(
  `${root}dist/web/index.html`,
  page
    .replace('ICON', built(`${source}/icon.svg`))
    .replace('SCRIPT', built(`${source}/main.tsx`))
    .replace('STYLE', built(`${source}/style/style.css`)),
);
await writeFile(`${root}dist/web-metafile.json`, JSON.stringify(metafile));
