import assert from 'node:assert/strict';
import type { PullRequestDraft } from '../../../src/runner/forges/forge.ts';
import type { StandInRepo, RepoOptions } from '../../support/github-standin/repositories.ts';
import { commitOn, contextOf, draftOf, envOf, freshRepo, patchOf, quick, standIn } from './fixtures.ts';

describe('github forge', () => {
  const github = standIn({ login: 'example-bot' });

  async function scene(change: Partial<PullRequestDraft> = {}, options: RepoOptions = {}) {
    const repo = await freshRepo(github(), options);
    const draft = draftOf(change);
    draft.patch = patchOf(await commitOn(repo, draft.branch));
    const context = contextOf({ repository: repo.cloneUrl });
    const open = async () => (await quick.create(context, envOf(github()))).open(draft);
    return { repo, draft, context, open };
  }
  const pullsOf = (repo: StandInRepo) => github().pulls.filter((pull) => pull.repo === repo.name);
  const called = (repo: StandInRepo): string[] =>
    github()
      .requests.filter(
        ({ pathname }) => pathname.includes(`/${repo.name}/`) || pathname.endsWith(`/${repo.name}`),
      )
      .map(({ operation }) => operation);

  describe('which pull request', () => {
    for (const merged of [false, true]) {
      it(`finds the one that was ${merged ? 'merged' : 'closed'} for this very commit`, async () => {
        const { repo, open } = await scene({ options: { labels: ['chore'] } });
        const first = await open();
        Object.assign(pullsOf(repo)[0] ?? {}, { state: 'closed', merged, labels: [] });
        assert.deepEqual(await open(), { ...first, created: false });
        assert.deepEqual(pullsOf(repo)[0]?.labels, [], 'a closed pull request is left alone');
      });
    }

    it('makes another when the closed one was for another commit', async () => {
      const { repo, draft, open } = await scene();
      const first = await open();
      Object.assign(pullsOf(repo)[0] ?? {}, { state: 'closed' });
      draft.patch = patchOf(await commitOn(repo, draft.branch));
      const second = await open();
      assert.equal(second.created, true);
      assert.notEqual(second.url, first.url);
    });

    it('makes another for another base', async () => {
      const { repo, draft, open } = await scene();
      await commitOn(repo, 'release');
      await open();
      draft.base = 'release';
      assert.equal((await open()).created, true);
      assert.deepEqual(
        pullsOf(repo).map((pull) => pull.base),
        ['main', 'release'],
      );
    });

    it("never takes a fork's pull request with a branch of the same name for its own", async () => {
      const { repo, draft, open } = await scene();
      await open();
      const headers = { authorization: `token ${contextOf().token}`, accept: 'application/json' };
      const answer = await fetch(`${github().apiUrl}/repos/example-org/${repo.name}/pulls`, { headers });
      const forged = (await answer.text()).replace(
        /"full_name":"example-org/,
        '"full_name":"example-stranger',
      );
      pullsOf(repo)[0]!.state = 'closed';
      draft.patch = patchOf(await commitOn(repo, draft.branch));
      github().fault('pulls/list', { status: 200, body: JSON.parse(forged) });
      assert.equal((await open()).created, true);
      assert.equal(pullsOf(repo).length, 2);
    });

    it('takes "already exists" for a find, also in a repository that moved to another owner', async () => {
      const { repo, open } = await scene();
      const first = await open();
      // The first look and the one after the refusal find nothing, as under the old owner's name.
      github().fault('pulls/list', { status: 200, body: [], times: 2 });
      assert.deepEqual(await open(), { ...first, created: false });
      assert.ok(called(repo).includes('repos/get'));
    });

    it('makes one when the answer to its creation is lost', async () => {
      const { repo, open } = await scene({ options: { labels: ['chore'] } });
      github().fault('pulls/create', { after: true });
      const made = await open();
      assert.equal(made.url, pullsOf(repo)[0]?.url);
      assert.equal(pullsOf(repo).length, 1);
      assert.deepEqual(pullsOf(repo)[0]?.labels, ['chore']);
    });

    it('says who it is', async () => {
      const { repo, open } = await scene();
      await open();
      const agents = github()
        .requests.filter(({ pathname }) => pathname.includes(repo.name))
        .map(({ headers }) => headers['user-agent']);
      assert.ok(agents.length > 0 && agents.every((agent) => /^bgtask\b/.test(agent ?? '')), String(agents));
    });
  });

  describe('drafts, title and body', () => {
    it('opens a draft', async () => {
      const { repo, open } = await scene({ options: { draft: true } });
      assert.deepEqual((await open()).warnings, []);
      assert.equal(pullsOf(repo)[0]?.draft, true);
    });

    it('opens it for review, with a warning, where drafts are not supported', async () => {
      const { repo, open } = await scene({ options: { draft: true } }, { drafts: false });
      const made = await open();
      assert.equal(made.created, true);
      assert.match(made.warnings.join(), /does not support drafts/);
      assert.equal(pullsOf(repo)[0]?.draft, false);
    });

    it("fits title and body into GitHub's limits", async () => {
      const { repo, open } = await scene({
        title: 'long '.repeat(100),
        body: 'a line of text\n'.repeat(9000),
      });
      await open();
      const [pull] = pullsOf(repo);
      assert.equal(pull?.title.length, 256);
      assert.ok((pull?.body.length ?? 0) > 60_000 && (pull?.body.length ?? 0) <= 65_536);
    });
  });

  describe('labels, reviewers and assignees', () => {
    const options = {
      labels: ['chore', 'deps'],
      reviewers: ['alice', 'example-org/platform'],
      assignees: ['bob'],
    };

    it('adds them', async () => {
      const { repo, open } = await scene({ options });
      assert.deepEqual((await open()).warnings, []);
      const { labels, reviewers, teams, assignees } = pullsOf(repo)[0]!;
      assert.deepEqual(
        [labels, reviewers, teams, assignees],
        [['chore', 'deps'], ['alice'], ['platform'], ['bob']],
      );
    });

    it('adds nothing twice, and only what is missing after a run that was cut short', async () => {
      const { repo, open } = await scene({ options });
      await open();
      const before = called(repo).length;
      await open();
      assert.deepEqual(called(repo).slice(before), ['pulls/list']);
      pullsOf(repo)[0]!.labels = ['deps'];
      await open();
      assert.deepEqual(called(repo).slice(before + 1), ['pulls/list', 'issues/add-labels']);
    });

    it('warns of the reviewer that is refused, and asks the others', async () => {
      const { repo, open } = await scene(
        { options: { reviewers: ['alice', 'stranger'] } },
        { collaborators: ['alice'] },
      );
      const { warnings } = await open();
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', /^Cannot add the reviewer stranger: 422 .*not a collaborator/);
      assert.deepEqual(pullsOf(repo)[0]?.reviewers, ['alice']);
    });

    it('warns of the assignee that GitHub silently leaves out', async () => {
      const { open } = await scene(
        { options: { assignees: ['alice', 'stranger'] } },
        { collaborators: ['alice'] },
      );
      assert.deepEqual(
        (await open()).warnings.map((line) => /the assignee (\S+):/.exec(line)?.[1]),
        ['stranger'],
      );
    });

    const faults: [string, string, Parameters<ReturnType<typeof github>['fault']>[1], RegExp][] = [
      [
        'a missing permission',
        'issues/add-labels',
        { status: 403, body: { message: 'Resource not accessible by integration', documentation_url: 'x' } },
        /label chore.*"pull_requests: write"/,
      ],
      [
        'an outage',
        'pulls/request-reviewers',
        { status: 502, body: '<html>Bad gateway</html>', times: 9 },
        /reviewer alice.*502/,
      ],
      ['a lost connection', 'issues/add-assignees', { times: 9 }, /assignee bob.*connection is cut/],
    ];
    for (const [what, operation, fault, sentence] of faults) {
      it(`does not fail the task for ${what}`, async () => {
        const { open } = await scene({
          options: { labels: ['chore'], reviewers: ['alice'], assignees: ['bob'] },
        });
        github().fault(operation, fault);
        const { created, warnings } = await open();
        assert.equal(created, true);
        assert.equal(warnings.length, 1);
        assert.match(warnings[0] ?? '', sentence);
      });
    }
  });
});
