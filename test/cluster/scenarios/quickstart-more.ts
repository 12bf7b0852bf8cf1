import assert from 'node:assert/strict';
import { sessionName } from '../../../src/api/names.ts';
import type { AgenticSession } from '../../../src/api/types.ts';
import { git } from '../../support/github-standin/repositories.ts';
import { PROJECT } from './node-scene.ts';
import type { Quickstart } from './quickstart-scene.ts';

const JSONPATH_END = `--for=jsonpath='{.status.phase}'`;
const CREATE = 'kubectl bgtask create';
const WHERE = '-n $PROJECT --repo $REPO_URL --branch $REPO_BRANCH';

async function taskOf(story: Quickstart, name: string): Promise<AgenticSession> {
  const cr = sessionName(PROJECT, name);
  return JSON.parse(await story.here.ok(`kubectl get as ${cr} -n $PROJECT -o json`)) as AgenticSession;
}

/** Scenario 4. */
export function retries(story: () => Quickstart): void {
  describe('scenario 4: a failure and its retry', () => {
    const name = 'failing-task-test';
    const bad = `echo "function badFunc( ){ console.log( x ) }" >> src/names.js`;

    it('a change that its linter refuses fails, and kubectl can wait for that', async () => {
      const { here } = story();
      await here.ok(`${CREATE} ${name} ${WHERE} -m "Add a new function with eslint errors." --run '${bad}'`);
      const label = `-l ambient-code.io/task=${name}`;
      await here.ok(`kubectl wait ${JSONPATH_END}=Failed agenticsession ${label} -n $PROJECT --timeout=60s`);
    });

    it('the error names the check, the log has the words of the linter, and there is no pull request', async () => {
      const { here, github, directory } = story();
      const { status } = await taskOf(story(), name);
      assert.equal(status?.error, 'Linting failed: npm run lint exited with code 1');
      assert.match(
        await here.ok(`kubectl bgtask logs ${name} -n $PROJECT`),
        /src\/names\.js[\s\S]*no-console/,
      );
      assert.match(status?.logs ?? '', /no-console/);
      assert.equal(status?.repos?.[0]?.prUrl, undefined);
      assert.ok(!github.pulls.some(({ head }) => head.includes(name)));
      assert.equal(await git(directory, 'branch', '--list', `background-task-${name}`), '');
    });

    it('its retry is a new object with a count, which runs; the old one is kept', async () => {
      const { here } = story();
      const retry = `${name}-retry-1`;
      const old = await taskOf(story(), name);
      const { stdout } = await here.run(`kubectl bgtask retry ${name} -n $PROJECT`);
      assert.match(stdout, new RegExp(`^task/${retry} created`));
      const { code } = await here.run(`kubectl bgtask wait ${retry} -n $PROJECT --timeout=60s`);
      assert.equal(code, 3, 'it fails again');
      const { status, metadata } = await taskOf(story(), retry);
      assert.equal(status?.retryCount, 1);
      assert.ok(status.startTime, 'it was started');
      assert.equal(metadata.labels?.['ambient-code.io/retry-of'], name);
      assert.deepEqual(await taskOf(story(), name), old);
      const wide = await here.ok('kubectl get as -n $PROJECT -o wide');
      assert.match(wide, new RegExp(`${retry} +Failed .* 1 +ValidationFailed`));
    });
  });
}

/** The template as the quickstart has it, with doubled backslashes in its pattern. */
const TEMPLATE = {
  apiVersion: 'vteam.ambient-code/v1alpha1',
  kind: 'TaskTemplate',
  metadata: { name: 'upgrade-dependency' },
  spec: {
    displayName: 'Upgrade NPM Dependency',
    description: 'Upgrades a specified npm dependency to a target version',
    instructionsTemplate:
      'Upgrade {{packageName}} to version {{version}} in package.json. Run npm install to update package-lock.json. Ensure npm test passes.',
    parameters: [
      {
        name: 'packageName',
        type: 'string',
        required: true,
        description: 'NPM package name to upgrade',
      },
      {
        name: 'version',
        type: 'string',
        required: true,
        defaultValue: 'latest',
        validationRegex: String.raw`^\\d+\\.\\d+\\.\\d+$|^latest$`,
      },
    ],
  },
};

/** Scenario 5. */
export function templates(story: () => Quickstart): void {
  describe('scenario 5: reusable templates', () => {
    it('a template whose pattern has doubled backslashes is taken, with a warning that says so', async () => {
      const { here } = story();
      const create = await here.run(
        'kubectl bgtask template create -n $PROJECT -f -',
        JSON.stringify(TEMPLATE),
      );
      assert.equal(create.code, 0, create.stderr);
      assert.match(create.stderr, /^warning: .*doubled/m);
      assert.match(await here.ok('kubectl get tasktemplates -n $PROJECT'), /^upgrade-dependency /m);
      assert.match(await here.ok('kubectl bgtask template list -n $PROJECT'), /^upgrade-dependency /m);
    });

    for (const [name, packageName, version, command] of [
      ['upgrade-lodash-from-template', 'lodash', '4.17.21', 'npm install lodash@4.17.21'],
      ['upgrade-axios-from-template', 'axios', '1.6.0', 'echo axios >> NOTES.md'],
    ] as const)
      it(`it makes the task ${name}, which runs to its pull request`, async () => {
        const { here, github } = story();
        const use = `--template upgrade-dependency -p packageName=${packageName} -p version=${version}`;
        const { code, stderr } = await here.run(
          `${CREATE} ${name} ${WHERE} ${use} --run '${command}' --wait`,
        );
        assert.equal(code, 0, stderr);
        const { spec, metadata } = await taskOf(story(), name);
        assert.match(
          spec.prompt ?? '',
          new RegExp(`^Upgrade ${packageName} to version ${version} in package\\.json`),
        );
        assert.equal(metadata.labels?.['ambient-code.io/template'], 'upgrade-dependency');
        assert.ok(github.pulls.some(({ head }) => head === `background-task-${name}`));
      });

    it('a version that its pattern refuses makes no task', async () => {
      const { here } = story();
      const { code, stderr } = await here.run(
        `${CREATE} upgrade-bad ${WHERE} --template upgrade-dependency -p packageName=lodash -p version=four`,
      );
      assert.equal(code, 2, stderr);
      assert.match(stderr, /parameters\.version/);
    });

    it('its uses are counted, with the time of the last', async () => {
      const { here } = story();
      const { metadata } = await taskOf(story(), 'upgrade-axios-from-template');
      const template = JSON.parse(
        await here.ok('kubectl get tasktemplate upgrade-dependency -n $PROJECT -o json'),
      ) as { status: { usageCount: number; lastUsed: string } };
      assert.equal(template.status.usageCount, 2);
      assert.ok(Date.parse(template.status.lastUsed) >= Date.parse(metadata.creationTimestamp ?? ''));
    });

    it('kubectl deletes it, and the tasks that were made of it by their label', async () => {
      const { here } = story();
      await here.ok(
        'kubectl delete tasktemplate upgrade-dependency -n $PROJECT && kubectl delete agenticsessions -n $PROJECT -l ambient-code.io/template=upgrade-dependency',
      );
      assert.doesNotMatch(await here.ok('kubectl get as -n $PROJECT'), /from-template/);
    });
  });
}

/** The limit of one task a person; the other, the deadline, is first-task.test.ts's. */
export function limits(story: () => Quickstart): void {
  describe('one running task a person', () => {
    it('a second task is refused with exit code 8 and the two sentences, and leaves no object', async () => {
      const { here, gates } = story();
      await here.ok(
        `${CREATE} task1 ${WHERE} -m "Wait." --run "${gates.pass('task1').replaceAll('"', '\\"')}"`,
      );
      const second = await here.run(`${CREATE} task2 ${WHERE} -m "Nothing." --run true`);
      assert.equal(second.code, 8);
      assert.match(second.stderr, /Concurrent task limit reached/);
      assert.match(
        second.stderr,
        /You already have 1 running background task\. Wait for it to complete or cancel it\./,
      );
      assert.equal((await here.run('kubectl bgtask describe task2 -n $PROJECT')).code, 5);
    });

    it('when the first has ended the second is created and runs', async () => {
      const { here, gates } = story();
      await gates.reached('task1');
      gates.open('task1');
      assert.equal((await here.run('kubectl bgtask wait task1 -n $PROJECT --timeout=60s')).code, 0);
      await here.ok(`${CREATE} task2 ${WHERE} -m "Nothing." --run true --wait`);
      assert.equal((await taskOf(story(), 'task2')).status?.currentPhase, 'No changes needed');
    });
  });
}
