import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, digest, withLock } from '../harness/cache.ts';

const run = promisify(execFile);

/** A few real packages of the npm registry, served on an address that pods reach. */
export interface NpmRegistry {
  /** For npm_config_registry. */
  url: string;
  close(): Promise<void>;
}

interface Packed {
  name: string;
  version: string;
  filename: string;
  integrity: string;
  shasum: string;
}

/** Downloads packages once for this user; what `npm pack` says of them. */
function packages(specs: readonly string[]): Promise<{ folder: string; packed: Packed[] }> {
  const folder = join(cacheFolder(), `npm-${digest(...specs)}`);
  const list = join(folder, 'packed.json');
  return withLock(folder, async () => {
    if (!existsSync(list)) {
      mkdirSync(folder, { recursive: true });
      const { stdout } = await run('npm', ['pack', '--json', `--pack-destination=${folder}`, ...specs], {
        cwd: folder,
      });
      writeFileSync(`${list}.draft`, stdout);
      renameSync(`${list}.draft`, list);
    }
    return { folder, packed: JSON.parse(readFileSync(list, 'utf8')) as Packed[] };
  });
}

/** The document of one package, as npm's registry API has it; the last version named is the latest. */
const packument = (name: string, versions: readonly Packed[], url: string): unknown => ({
  name,
  'dist-tags': { latest: versions.at(-1)?.version },
  versions: Object.fromEntries(
    versions.map(({ version, filename, integrity, shasum }) => [
      version,
      { name, version, dist: { tarball: `${url}/tarballs/${filename}`, integrity, shasum } },
    ]),
  ),
});

/** Serves packages such as `lodash@4.17.21` on an address; needs the npm registry the first time. */
export async function npmRegistry(host: string, specs: readonly string[]): Promise<NpmRegistry> {
  const { folder, packed } = await packages(specs);
  let url = '';
  const server = createServer((request, response) => {
    // The client escapes the slash of a scope.
    const path = decodeURIComponent(request.url ?? '');
    const tarball = packed.find(({ filename }) => path === `/tarballs/${filename}`);
    const versions = packed.filter(({ name }) => path === `/${name}`);
    if (tarball) createReadStream(join(folder, basename(tarball.filename))).pipe(response);
    else if (versions[0])
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify(packument(versions[0].name, versions, url)));
    else response.writeHead(404).end('{}');
  }).listen(0, host);
  await once(server, 'listening');
  url = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
