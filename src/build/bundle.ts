import { chmod, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

const inInk = (file: string): RegExp => new RegExp(`node_modules[\\\\/]ink[\\\\/]build[\\\\/]${file}\\.js$`);

/** Ink looks for a debugger of its own where the environment has DEV=true, as many a web developer's has. */
const inkInUse: Plugin = {
  name: 'ink-in-use',
  setup: (bundler) => {
    bundler.onLoad({ filter: inInk('utils') }, () => ({ contents: 'export const isDev = () => false;' }));
    bundler.onLoad({ filter: inInk('devtools') }, () => ({ contents: '' }));
  },
};

/** Zod's messages in 50 languages are most of its bytes, and every stage loads them. */
const zodInEnglish: Plugin = {
  name: 'zod-in-english',
  setup: (bundler) => {
    const filter = /node_modules[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/;
    bundler.onLoad({ filter }, () => ({ contents: "export { default as en } from './en.js';" }));
  },
};

await rm(`${root}dist`, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  chunkNames: 'chunks/[name]-[hash]',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  metafile: true,
  // React's own checks cost time at each frame, and its records of them grow without end.
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [inkInUse, zodInEnglish],
  // CommonJS packages inside an ES module ask for a require.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
// A room sees this one file of ours, so it must stand alone.
const forward = await build({
  absWorkingDir: root,
  entryPoints: ['src/forward.ts'],
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  metafile: true,
  logLevel: 'warning',
});
await writeFile(`${root}dist/forward-metafile.json`, JSON.stringify(forward.metafile));
await writeFile(`${root}dist/metafile.json`, JSON.stringify(result.metafile));
for (const name of await readdir(`${root}bin`)) await chmod(`${root}bin/${name}`, 0o755);
