import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A package whose code is in the bundle. */
export interface BundledPackage {
  name: string;
  version: string;
  /** An SPDX identifier. */
  license: string;
  /** The licence, and notices beside it, as the package brings them. */
  text: string;
}

interface Manifest {
  name: string;
  version: string;
  license?: string;
  author?: string | { name?: string };
}

/** Licences that allow what this package does with the code: it is shipped in a bundle, with the licence beside it. */
const ALLOWED = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD']);

/** For the few packages that name the licence and bring no file of it. */
const mit = (author: string): string =>
  `Copyright (c) ${author}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to
deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or
sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
THE SOFTWARE.`;

/** The folders of the packages that input paths of a metafile belong to, sorted: `node_modules/a/node_modules/b` is b's. */
export const packageFolders = (inputs: readonly string[]): string[] =>
  [
    ...new Set(inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [])),
  ].sort();

/** Reads a package. Throws an Error for a licence that is not on the list, and for one without a text. */
export async function readPackage(folder: string): Promise<BundledPackage> {
  const {
    name,
    version,
    license = 'none',
    author,
  } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  if (!ALLOWED.has(license))
    throw new Error(`${name} ${version} has the licence ${license}: may it be bundled?`);
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const holder = typeof author === 'object' ? author.name : author;
  if (texts.length === 0 && license !== 'MIT') throw new Error(`${name} ${version} has no licence text`);
  if (texts.length === 0) texts.push(mit(holder ?? `the authors of ${name}`));
  return { name, version, license, text: texts.map((text) => text.trim()).join('\n\n') };
}
