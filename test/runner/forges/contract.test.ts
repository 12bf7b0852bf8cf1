import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { fileURLToPath } from 'node:url';
import type { ForgeKind, PullRequestDraft } from '../../../src/runner/forges/forge.ts';
import { file } from '../../../src/runner/forges/file.ts';
import {
  commitOn,
  contextOf,
  draftOf,
  envOf,
  freshRepo,
  patchOf,
  quick,
  standIn,
  temporaryFolder,
  TOKEN,
} from './fixtures.ts';
import type { Recorded } from './fixtures.ts';

/** A repository on a forge, and what the forge shows of a pull request. */
interface Place {
  kind: ForgeKind;
  env: NodeJS.ProcessEnv;
  context: Recorded;
  /** Pushes the draft's branch. */
  push(draft: PullRequestDraft): Promise<PullRequestDraft>;
  read(url: string): Promise<{ title: string; body: string; base: string; branch: string }>;
  count(): Promise<number>;
}

describe('forge contract', () => {
  const github = standIn();

  async function onGithub(): Promise<Place> {
    const repo = await freshRepo(github());
    const pulls = () => github().pulls.filter((pull) => pull.repo === repo.name);
    return {
      kind: quick,
      env: envOf(github()),
      context: contextOf({ repository: repo.cloneUrl }),
      push: async (draft) => ({ ...draft, patch: patchOf(await commitOn(repo, draft.branch)) }),
      read: async (url) => {
        const pull = pulls().find((pull) => pull.url === url);
        assert.ok(pull, `no pull request at ${url}`);
        return { ...pull, branch: pull.head };
      },
      count: async () => pulls().length,
    };
  }

  const folder = temporaryFolder();
  let folders = 0;
  async function inFiles(): Promise<Place> {
    const outputDir = `${folder}/${++folders}`;
    return {
      kind: file,
      env: {},
      context: contextOf({ repository: '/srv/git/app.git', outputDir }),
      push: async (draft) => draft,
      read: async (url) => {
        const [, front = '', body = ''] =
          /^---\n([\s\S]*?)---\n\n([\s\S]*)$/.exec(await readFile(fileURLToPath(url), 'utf8')) ?? [];
        const field = (name: string): string =>
          new RegExp(`^${name}: "?(.*?)"?$`, 'm').exec(front)?.[1] ?? '';
        return { title: field('title'), base: field('base'), branch: field('branch'), body: body.trimEnd() };
      },
      count: async () => 1,
    };
  }

  for (const [name, place] of [
    ['github', onGithub],
    ['file', inFiles],
  ] as const) {
    describe(name, () => {
      let here: Place;
      let draft: PullRequestDraft;
      beforeEach(async () => {
        here = await place();
        draft = await here.push(draftOf());
      });
      const open = async () => (await here.kind.create(here.context, here.env)).open(draft);

      it('serves its repository and has a name', async () => {
        assert.equal(here.kind.serves(here.context.repository, here.env), true);
        assert.equal((await here.kind.create(here.context, here.env)).name, here.kind.name);
        assert.equal(here.kind.name, name);
      });

      it('opens a pull request with the title, body, base and branch of the draft', async () => {
        const made = await open();
        assert.equal(made.created, true);
        assert.deepEqual(made.warnings, []);
        assert.match(made.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
        const { title, body, base, branch } = await here.read(made.url);
        assert.deepEqual(
          { title, body, base, branch },
          { title: draft.title, body: draft.body, base: 'main', branch: draft.branch },
        );
      });

      it('finds it again, in another run too, and makes no other', async () => {
        const first = await open();
        const forge = await here.kind.create(here.context, here.env);
        for (const again of [await forge.open(draft), await forge.open(draft)]) {
          assert.deepEqual(again, { ...first, created: false });
        }
        assert.equal(await here.count(), 1);
      });

      it('gives it the text of the change that replaces the one it was opened for', async () => {
        const first = await open();
        const forge = await here.kind.create(here.context, here.env);
        const again = await forge.open({ ...draft, title: 'Another', body: 'Other text', isReplaced: true });
        assert.deepEqual(again, { ...first, created: false });
        const { title, body } = await here.read(first.url);
        assert.deepEqual([title, body.trim()], ['Another', 'Other text']);
      });

      it('makes one of two runs at the same moment', async () => {
        const [one, two] = await Promise.all([open(), open()]);
        assert.equal(one.url, two.url);
        assert.equal(await here.count(), 1);
      });

      it('says in the log what it did, and shows the token nowhere', async () => {
        const made = await open();
        const again = await open();
        assert.ok(here.context.lines.some((line) => line.includes(made.url)));
        assert.equal(inspect([made, again, here.context.lines], { depth: 9 }).includes(TOKEN), false);
      });
    });
  }
});
