import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type BundledPackage, packageFolders, readPackage } from './bundled-packages.ts';

/**
 * Writes dist/THIRD_PARTY_LICENSES and dist/sbom.cdx.json (CycloneDX 1.6) for the packages whose code is in the bundle, by the metafiles. Neither has
 * a time or a random number, so the same code gives the same files.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));

const METAFILES = ['dist/metafile.json', 'dist/web-metafile.json', 'src/api/generated/metafile.json'];

interface Lock {
  packages: Record<string, { integrity?: string }>;
}

const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(root + path, 'utf8'));

/** The package URL: https://github.com/package-url/purl-spec. */
const purl = ({ name, version }: { name: string; version: string }): string =>
  `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;

function component(each: BundledPackage, integrity: string | undefined): object {
  const [group, name] = each.name.startsWith('@') ? each.name.split('/') : [undefined, each.name];
  const hash = integrity?.startsWith('sha512-')
    ? Buffer.from(integrity.slice(7), 'base64').toString('hex')
    : undefined;
  return {
    type: 'library',
    'bom-ref': purl(each),
    ...(group && { group }),
    name,
    version: each.version,
    ...(hash && { hashes: [{ alg: 'SHA-512', content: hash }] }),
    licenses: [{ license: { id: each.license } }],
    purl: purl(each),
  };
}

const inputs = await Promise.all(
  METAFILES.map(async (path) => {
    const { outputs } = (await json(path)) as { outputs: Record<string, { inputs: object }> };
    return Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
  }),
);
const folders = packageFolders(inputs.flat());
const lock = (await json('package-lock.json')) as Lock;
const found = await Promise.all(
  folders.map(
    async (folder) => [await readPackage(root + folder), lock.packages[folder]?.integrity] as const,
  ),
);
// The same package in two folders is one.
const packages = [...new Map(found.map((each) => [purl(each[0]), each])).values()].sort(([a], [b]) =>
  purl(a) < purl(b) ? -1 : 1,
);
const own = (await json('package.json')) as { name: string; version: string; license: string };

const texts = packages.map(
  ([{ name, version, license, text }]) => `${name} ${version} (${license})\n\n${text}\n`,
);
const intro = `The program ${own.name} contains code of the following ${packages.length} packages. Their licences:\n`;
await writeFile(`${root}dist/THIRD_PARTY_LICENSES`, [intro, ...texts].join(`\n${'-'.repeat(80)}\n\n`));
const bom = {
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: {
    lifecycles: [{ phase: 'build' }],
    component: {
      type: 'application',
      'bom-ref': purl(own),
      name: own.name,
      version: own.version,
      licenses: [{ license: { id: own.license } }],
      purl: purl(own),
    },
  },
  components: packages.map(([each, integrity]) => component(each, integrity)),
  dependencies: [{ ref: purl(own), dependsOn: packages.map(([each]) => purl(each)) }],
};
await writeFile(`${root}dist/sbom.cdx.json`, `${JSON.stringify(bom, null, 1)}\n`);
