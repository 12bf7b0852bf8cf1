import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Metafile {
  outputs: Record<string, { inputs: Record<string, unknown> }>;
}
interface Bom {
  bomFormat: string;
  components: {
    'bom-ref': string;
    licenses: { license: { id: string } }[];
    hashes?: { content: string }[];
  }[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const json = (path: string): unknown => JSON.parse(readFileSync(root + path, 'utf8'));

/** Each package of the bundles as `name@version`, told from the files that went in. */
function bundled(): string[] {
  const inputs = ['dist/metafile.json', 'dist/web-metafile.json', 'src/api/generated/metafile.json'].flatMap(
    (path) => Object.values((json(path) as Metafile).outputs).flatMap((output) => Object.keys(output.inputs)),
  );
  const folders = inputs.flatMap((path) => {
    const at = path.lastIndexOf('node_modules/');
    if (at < 0) return [];
    const parts = path.slice(at + 'node_modules/'.length).split('/');
    return path.slice(0, at) + 'node_modules/' + parts.slice(0, parts[0]?.startsWith('@') ? 2 : 1).join('/');
  });
  const described = [...new Set(folders)].map(
    (folder) => json(`${folder}/package.json`) as { name: string; version: string },
  );
  return [...new Set(described.map(({ name, version }) => `${name}@${version}`))].sort();
}

describe('licences of the bundled packages', () => {
  const packages = bundled();
  const text = readFileSync(`${root}dist/THIRD_PARTY_LICENSES`, 'utf8');
  const bom = json('dist/sbom.cdx.json') as Bom;

  it('there are bundled packages at all, ajv in the validators and Preact in the pages among them', () => {
    for (const name of ['ajv', 'preact', 'zod'])
      assert.ok(
        packages.some((each) => each.startsWith(`${name}@`)),
        name,
      );
  });

  it('each has its licence in THIRD_PARTY_LICENSES', () => {
    const sections = text.split(`\n${'-'.repeat(80)}\n\n`).slice(1);
    const named = sections
      .map((section) => /^(\S+) (\S+) \(\S+\)\n/.exec(section))
      .map((match) => `${match?.[1]}@${match?.[2]}`);
    assert.deepEqual(named.sort(), packages);
    for (const section of sections)
      assert.match(section, /Permission|Redistribution|Apache License/, section.slice(0, 80));
  });

  it('each is a component of the SBOM, with its licence and the hash of the lock file', () => {
    assert.equal(bom.bomFormat, 'CycloneDX');
    const named = bom.components.map((each) => each['bom-ref'].replace('pkg:npm/', '').replace('%40', '@'));
    assert.deepEqual(named.sort(), packages);
    for (const { licenses, hashes, ...each } of bom.components) {
      assert.ok(licenses[0]?.license.id, each['bom-ref']);
      assert.match(hashes?.[0]?.content ?? '', /^[0-9a-f]{128}$/, each['bom-ref']);
    }
  });

  it('the package ships both, and no record of the build', () => {
    const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
    });
    const [pack] = JSON.parse(listed) as { files: { path: string }[] }[];
    const paths = pack?.files.map(({ path }) => path) ?? [];
    assert.ok(paths.includes('dist/THIRD_PARTY_LICENSES') && paths.includes('dist/sbom.cdx.json'));
    assert.deepEqual(
      paths.filter((path) => path.includes('metafile')),
      [],
    );
  });
});
