import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Job, type JobOptions } from '../support/stage/job.ts';
import { git, makeRemote } from '../support/stage/remote.ts';

const TEMPLATE = '## What changed\n\n- [ ] I have read CONTRIBUTING.md\n';

async function published(
  files: Record<string, string>,
  rest: Partial<JobOptions> = {},
): Promise<{ body: string; message: string }> {
  const remote = await makeRemote({ 'a.txt': 'one\n', ...files });
  const job = new Job({ remote, agent: 'echo two > a.txt', ...rest });
  await job.make();
  await job.run('publish');
  const { name } = job.input.task;
  const branch = `background-task-${name}`;
  return {
    body: await readFile(join(job.dir, `pull-requests/example/${name}.md`), 'utf8'),
    message: await git(remote, 'log', '-1', '--format=%B', branch),
  };
}

describe('the rules of a repository for pull requests', () => {
  const places: [path: string, isUsed: boolean][] = [
    ['.github/PULL_REQUEST_TEMPLATE.md', true],
    ['.github/pull_request_template.txt', true],
    ['pull_request_template.md', true],
    ['docs/pull_request_template.md', true],
    ['.gitlab/merge_request_templates/Default.md', true],
    ['src/pull_request_template.md', false],
  ];
  for (const [path, isUsed] of places)
    it(`${isUsed ? 'put the template at' : 'take no template from'} ${path}`, async () => {
      const { body } = await published({ [path]: TEMPLATE });
      assert.equal(body.includes(TEMPLATE.trim()), isUsed);
      assert.match(body, /## Validation results/);
    });

  it('say first that a change is not proved, then the template, then the proof', async () => {
    const { body } = await published({ '.github/pull_request_template.md': TEMPLATE });
    const places = ['This change is not proved', '## What changed', '## Validation results'];
    const at = places.map((text) => body.indexOf(text));
    assert.deepEqual(
      at,
      at.toSorted((a, b) => a - b),
    );
    assert.ok(at.every((index) => index > 0));
  });

  const unusable: [what: string, text: string][] = [
    ['leaves a comment open', 'Hello <!-- and nothing below is seen\n'],
    ['leaves a code block open', 'Hello\n```\n'],
    ['is longer than 16,384 characters', 'x'.repeat(16_385)],
  ];
  for (const [what, text] of unusable)
    it(`leave out a template that ${what}`, async () => {
      const { body } = await published({ '.github/pull_request_template.md': text });
      assert.ok(!body.includes(text.trim()));
      assert.match(body, /## Validation results/);
    });

  it('have a commit signed off where the DCO app is configured, or the settings say so', async () => {
    const dco = { '.github/dco.yml': 'require:\n  members: false\n' };
    const author = { name: 'Chores', email: 'chores@example.com' };
    assert.match((await published(dco)).message, /^Signed-off-by: bgtask <bgtask@bgtask\.invalid>$/m);
    const own = await published(dco, { input: { author } });
    assert.match(own.message, /^Signed-off-by: Chores <chores@example\.com>$/m);
    const set = await published({}, { input: { author: { ...author, signOff: true } } });
    assert.match(set.message, /^Signed-off-by: Chores/m);
    assert.doesNotMatch((await published({}, { input: { author } })).message, /Signed-off-by/);
  });

  it('have a conventional title in front, and the marker behind it', async () => {
    const { body, message } = await published({}, { spec: { pullRequest: { title: 'fix: say x' } } });
    assert.match(body, /^title: "?fix: say x \[Background Task\] tidy-up-\d+"?$/m);
    assert.match(message, /^fix: say x \[Background Task\] tidy-up-\d+\n/);
  });
});
