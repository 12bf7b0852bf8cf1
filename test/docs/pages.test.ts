import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reasonPage } from '../../src/cli/reason-page.ts';
import { CONDITIONS } from '../../src/domain/conditions.ts';
import { REASONS } from '../../src/domain/reasons.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The Markdown pages of the project. */
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

describe('the pages', () => {
  for (const page of pages)
    it(`${page} links to files and headings that exist`, () => {
      const broken = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, link = '']) => link)
        .filter((link) => !/^[a-z]+:/.test(link))
        .filter((link) => {
          const [path = '', anchor] = link.split('#');
          const target = path === '' ? page : relative(root, join(root, dirname(page), path));
          if (!existsSync(join(root, target))) return true;
          return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
        });
      assert.deepEqual(broken, []);
    });

  it('docs/README.md names every page of docs/, its folders by one page', () => {
    const index = read('docs/README.md');
    const missing = pages
      .filter((page) => page.startsWith('docs/') && !/^docs\/(README|adr\/)/.test(page))
      .filter((page) => !index.includes(`(${page.slice('docs/'.length)})`));
    assert.deepEqual(missing, []);
  });
});

describe('docs/troubleshooting.md', () => {
  const sections = new Map(
    read('docs/troubleshooting.md')
      .split(/^### /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')).trim(), section] as const),
  );

  for (const reason of REASONS)
    it(`says of ${reason} what it means, how to see it and what to do`, () => {
      const section = sections.get(reason) ?? '';
      for (const part of ['What it means', 'How to see it', 'What to do'])
        assert.match(section, new RegExp(`^\\*\\*${part}\\.\\*\\* \\S`, 'm'), `${reason}: ${part}`);
    });

  for (const [type, reasons] of Object.entries(CONDITIONS))
    it(`says of the condition ${type} what each of its own reasons means`, () => {
      const section = sections.get(type) ?? '';
      const missing = reasons.filter((reason) => !section.includes(`\`${reason}\``));
      assert.deepEqual(missing, []);
    });

  it('has a section for reasons and conditions only', () => {
    const known: readonly string[] = [...REASONS, ...Object.keys(CONDITIONS)];
    const unknown = [...sections.keys()].filter((name) => !known.includes(name));
    assert.deepEqual(unknown, []);
  });

  it('is the page that describe names, at a heading that exists', () => {
    const { repository } = JSON.parse(read('package.json')) as { repository: { url: string } };
    const page = `${repository.url.replace(/^git\+|\.git$/g, '')}/blob/main/docs/troubleshooting.md`;
    for (const reason of REASONS) {
      const [path, anchor] = reasonPage(reason).split('#');
      assert.equal(path, page);
      assert.ok(anchorsOf(read('docs/troubleshooting.md')).includes(anchor ?? ''), reason);
    }
  });
});
