import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { circles, dangling, importsIn, sourceImports } from './source-imports.ts';
import { countLines, sourceFiles } from './sources.ts';

interface Output {
  imports: { path: string; kind: string }[];
  inputs: Record<string, unknown>;
  bytes: number;
}
interface Metafile {
  inputs: Record<string, { imports: { path: string; kind: string; external?: boolean }[] }>;
  outputs: Record<string, Output>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const metafile = JSON.parse(readFileSync(`${root}dist/metafile.json`, 'utf8')) as Metafile;

/** The rooms from the ground up. A file may import from its own room and from those before it. */
const ROOMS = [
  ['src/api/', 'src/package-root.ts'],
  ['src/domain/'],
  [
    'src/engine/atomic-file.ts',
    'src/engine/engine.ts',
    'src/engine/change-payload.ts',
    'src/engine/left-change.ts',
    'src/engine/runner-input.ts',
    'src/engine/running-time.ts',
    'src/engine/cluster-view.ts',
    'src/engine/proxy-env.ts',
    'src/engine/short-tmp.ts',
    'src/engine/on-path.ts',
    'src/engine/untrusted-file.ts',
  ],
  ['src/engine/kubernetes/', 'src/engine/local/'],
  ['src/checks/'],
  ['src/runner/'],
  ['src/operator/'],
  ['src/service/'],
  ['src/server/'],
  ['src/cli/'],
  ['src/tui/'],
  ['src/main.ts', 'src/forward.ts', 'src/build/'],
];
const roomOf = (path: string): number =>
  ROOMS.findIndex((room) => room.some((prefix) => path.startsWith(prefix)));

/** Packages that only one room may know. */
const PACKAGE_ROOMS: readonly (readonly [pattern: RegExp, room: RegExp])[] = [
  [/node_modules\/@kubernetes\/client-node\//, /^src\/engine\/kubernetes\//],
  [/node_modules\/@octokit\//, /^src\/runner\/forges\//],
  [/node_modules\/undici\//, /^src\/runner\/(forges|lfs)\//],
  [/node_modules\/(ink|react)\//, /^src\/tui\//],
  [/node_modules\/execa\//, /^src\/(runner|engine\/local|cli\/demo)\//],
  [/node_modules\/commander\//, /^src\/cli\//],
  [/node_modules\/(hono|@hono)\//, /^src\/server\//],
  [/node_modules\/preact\//, /^src\/server\/web\//],
  [/node_modules\/eventsource-parser\//, /^src\/(server\/web|runner\/gateway)\//],
  [/node_modules\/(https-proxy-agent|socks-proxy-agent)\//, /^src\/engine\/kubernetes\/client\/http\//],
  [/node_modules\/re2js\//, /^src\/domain\/regex\.ts$/],
];

/** What start-up must never load before a command asks for it. */
const HEAVY =
  /node_modules\/(@kubernetes|@octokit|undici|ink|react|execa|yaml|zod|re2js|ajv|@marcbachmann)\//;

const sources = Object.entries(metafile.inputs).filter(([path]) => path.startsWith('src/'));

const imports = sourceImports();

describe('imports, as the sources write them, types included', () => {
  it('the reader of imports finds each that the bundle records', () => {
    const read = new Set(imports.map(({ from, to }) => `${from} -> ${to}`));
    const recorded = sources
      .filter(([path]) => !path.includes('/generated/'))
      .flatMap(([path, each]) =>
        each.imports.filter((one) => one.path.startsWith('src/')).map((one) => `${path} -> ${one.path}`),
      );
    assert.deepEqual(
      recorded.filter((edge) => !read.has(edge)),
      [],
    );
    // A file of the demo's repository, which stands in a source as a text.
    const inTexts = ['src/cli/src/encode.js'];
    assert.deepEqual(
      dangling(imports).map(({ to }) => to),
      inTexts,
    );
  });

  it('the reader of imports sees a type, a re-export, several lines, and an import when it is wanted', () => {
    const text = `import type { A } from './a.ts';
export { b } from '../b.ts';
import {
  c,
  type D,
} from 'c';
import './e.css';
const f = await import('./f.ts');
type G = import('./g.ts').G;
`;
    assert.deepEqual(
      importsIn('src/x/y.ts', text).map(({ to }) => to),
      ['src/x/a.ts', 'src/b.ts', 'c', 'src/x/e.css', 'src/x/g.ts', 'src/x/f.ts'],
    );
  });

  it('every source file belongs to a room', () => {
    assert.deepEqual(
      sourceFiles('src').filter((path) => roomOf(path) < 0),
      [],
    );
  });

  it('rooms import downwards only', () => {
    const upward = imports
      .filter(({ from, to }) => to.startsWith('src/') && roomOf(to) > roomOf(from))
      .map(({ from, to }) => `${from} -> ${to}`);
    assert.deepEqual(upward, []);
  });

  it('a type of the command line in the domain is an upward import', () => {
    const [found] = importsIn(
      'src/domain/equal.ts',
      "import type { CliContext } from '../cli/context.ts';\n",
    );
    assert.ok(found && roomOf(found.to) > roomOf(found.from));
  });

  it('no files import each other in a circle', () => {
    assert.deepEqual(circles(imports), []);
  });

  it('a circle of types is found', () => {
    const edges = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'b'],
      ['c', 'd'],
    ].map(([from = '', to = '']) => ({ from, to, isLazy: false }));
    assert.deepEqual(circles(edges), [['b', 'c']]);
  });
});

describe("imports, by the bundle's own record", () => {
  it('the domain knows no Node, no clock and no randomness', () => {
    const offences = sourceFiles('src/domain').flatMap((path) => {
      const text = readFileSync(`${root}${path}`, 'utf8');
      return [/from 'node:/, /process\./, /Date\.now\(\)/, /new Date\(\)/, /Math\.random/]
        .filter((pattern) => pattern.test(text))
        .map((pattern) => `${path}: ${pattern.source}`);
    });
    assert.deepEqual(offences, []);
  });

  for (const [pattern, room] of PACKAGE_ROOMS)
    it(`${pattern.source.replace(/node_modules|\\|\//g, ' ').trim()} stays in ${room.source}`, () => {
      const strangers = sources.flatMap(([path, { imports }]) =>
        room.test(path)
          ? []
          : imports.filter((each) => pattern.test(each.path)).map((each) => `${path} -> ${each.path}`),
      );
      assert.deepEqual(strangers, []);
    });

  it('the entry reaches no heavy package before a command asks for it', () => {
    const { outputs } = metafile;
    const reached = new Set<string>();
    const queue = ['dist/main.js'];
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      if (reached.has(file)) continue;
      reached.add(file);
      queue.push(
        ...(outputs[file]?.imports ?? [])
          .filter(({ kind, path }) => kind === 'import-statement' && outputs[path])
          .map(({ path }) => path),
      );
    }
    const heavy = [...reached]
      .flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}))
      .filter((input) => HEAVY.test(input));
    assert.deepEqual(heavy, []);
    const bytes = [...reached].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
    assert.ok(bytes < 150_000, `the entry loads ${bytes} bytes`);
  });

  it('the forwarder of a room is one small file that loads nothing but Node', () => {
    const { outputs } = JSON.parse(readFileSync(`${root}dist/forward-metafile.json`, 'utf8')) as Metafile;
    const { imports, bytes } = outputs['dist/forward.js'] ?? { imports: [], bytes: Infinity };
    assert.deepEqual(
      imports.filter(({ path }) => !/^(?:node:)?(?:child_process|net|os)$/.test(path)),
      [],
    );
    assert.ok(bytes < 5000, `it has ${bytes} bytes`);
  });

  it('the views are known to the program alone, which loads them when one is wanted', () => {
    const known = sources.flatMap(([path, { imports }]) =>
      path.startsWith('src/tui/')
        ? []
        : imports.filter((each) => each.path.startsWith('src/tui/')).map((each) => `${path}: ${each.kind}`),
    );
    assert.deepEqual(known, ['src/main.ts: dynamic-import']);
  });

  it('what draws the views is built for use, without what its own developers debug it with', () => {
    const debugging = Object.values(metafile.outputs)
      .flatMap((output) => Object.keys(output.inputs))
      .filter((path) =>
        /\.development\.js$|react-devtools|ink\/build\/devtools-|node_modules\/ws\//.test(path),
      );
    assert.deepEqual(debugging, []);
  });

  it('the pages are made of their own files, Preact, a parser of event streams, and what the domain says of phases, steps and figures', () => {
    const web = JSON.parse(readFileSync(`${root}dist/web-metafile.json`, 'utf8')) as Metafile;
    const strangers = Object.keys(web.inputs).filter(
      (path) =>
        !/^(?:src\/server\/web\/|node_modules\/(?:preact|eventsource-parser)\/|src\/domain\/(?:phases|steps|figures)\.ts$)/.test(
          path,
        ),
    );
    assert.deepEqual(strangers, []);
  });

  it('the program has nothing of the pages in it', () => {
    const pages = sources.map(([path]) => path).filter((path) => path.startsWith('src/server/web/'));
    assert.deepEqual(pages, []);
  });

  it('the pages are small: a script of at most 80 kB, all in all at most 100 kB', () => {
    const web = JSON.parse(readFileSync(`${root}dist/web-metafile.json`, 'utf8')) as Metafile;
    const sizes = Object.entries(web.outputs).map(([path, { bytes }]) => [path, bytes] as const);
    const script = sizes.find(([path]) => path.endsWith('.js'))?.[1] ?? Infinity;
    assert.ok(script <= 80_000, `the script has ${script} bytes`);
    assert.ok(sizes.reduce((sum, [, bytes]) => sum + bytes, 0) <= 100_000, JSON.stringify(sizes));
  });

  it('no file of src has over 250 lines', () => {
    const long = sourceFiles('src')
      .map((path) => [path, countLines(`${root}${path}`)] as const)
      .filter(([, lines]) => lines > 250);
    assert.deepEqual(long, []);
  });
});
