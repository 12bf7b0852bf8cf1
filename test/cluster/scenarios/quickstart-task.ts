import assert from 'node:assert/strict';
import { sessionName } from '../../../src/api/names.ts';
import type { AgenticSession } from '../../../src/api/types.ts';
import { git } from '../../support/github-standin/repositories.ts';
import { RUNNER_IMAGE } from '../install/runner-image.ts';
import { until } from '../harness/until.ts';
import { PROJECT } from './node-scene.ts';
import type { Quickstart } from './quickstart-scene.ts';
import { PERSON } from './scene.ts';

const NAME = 'upgrade-lodash-test';
const INSTRUCTIONS =
  'Upgrade lodash to version 4.17.21 in package.json. Run npm install to update package-lock.json. Ensure npm test passes.';
const BRANCH = `background-task-${NAME}`;

interface JobLike {
  metadata: {
    labels: Record<string, string>;
    ownerReferences: { kind: string; name: string; uid: string; controller: boolean }[];
  };
  spec: { activeDeadlineSeconds: number; backoffLimit: number; template: { spec: PodSpec } };
}

interface PodSpec {
  initContainers: { name: string; volumeMounts: { name: string }[] }[];
  volumes: { name: string; secret?: object }[];
}

interface State {
  phase: string;
  progress: number;
  step: string;
  logs: number;
}

const stateOf = ({ status = {} }: AgenticSession): State => ({
  phase: status.phase ?? 'Pending',
  progress: status.progress ?? 0,
  step: status.currentPhase ?? '',
  logs: status.logs?.length ?? 0,
});

/** Every object of a stream of JSON documents, as `kubectl get -w -o json` prints them. */
function documents(text: string): unknown[] {
  return text
    .split(/^(?=\{)/m)
    .filter((each) => each.trimEnd().endsWith('}'))
    .map((each) => JSON.parse(each) as unknown);
}

/** Scenarios 1 to 3, command by command. */
export function firstTask(story: () => Quickstart): void {
  describe('scenarios 1 to 3: a task by Claude Code, its progress, its pull request', () => {
    const cr = sessionName(PROJECT, NAME);
    let states: State[];
    let job: JobLike;
    const task = async (): Promise<AgenticSession> =>
      JSON.parse(
        await story().here.ok(`kubectl get agenticsession ${cr} -n $PROJECT -o json`),
      ) as AgenticSession;

    it('the installation is one pipe, which may be run again beside settings of the team, and the operator is ready', async () => {
      const { admin } = story();
      const install = `kubectl bgtask install --image ${RUNNER_IMAGE} | kubectl apply --server-side -f -`;
      assert.match(await admin.ok(install), /deployment.apps\/bgtask-operator serverside-applied/);
      await admin.ok(
        'kubectl -n bgtask-system rollout status deployment/bgtask-operator --timeout=60s && kubectl get pods -n bgtask-system',
      );
    });

    it('the task is created by the plugin, and followed to its end by kubectl', async () => {
      const { gates, here } = story();
      const stream = here.follow('kubectl get agenticsessions -n $PROJECT -w -o json');
      const made = await here.run(
        `kubectl bgtask create ${NAME} -n $PROJECT --repo $REPO_URL --branch $REPO_BRANCH -m "${INSTRUCTIONS}"`,
      );
      assert.equal(made.code, 0, made.stderr);
      assert.match(made.stdout, new RegExp(`^task/${NAME} created`));
      const found = await until('the Job', 30, async () => {
        const { code, stdout } = await here.run(`kubectl get job ${cr}-job -n $PROJECT -o json`);
        return code === 0 && (JSON.parse(stdout) as JobLike);
      });
      job = found;
      await until('the step that runs the linters', 180, async () => {
        const { status } = await task();
        return status?.currentPhase === 'Running linters';
      });
      gates.open('lint');
      await here.ok(
        `kubectl wait --for=jsonpath='{.status.phase}'=Completed agenticsession/${cr} -n $PROJECT --timeout=120s`,
      );
      const last = await task();
      await until('the end of the stream', 20, () =>
        stream.text().includes(`"resourceVersion": "${last.metadata.resourceVersion}"`),
      );
      await stream.stop();
      states = (documents(stream.text()) as AgenticSession[]).map(stateOf);
    });

    it("the model's key is in the container of the gateway, and the agent's container mounts no Secret", async () => {
      const { initContainers, volumes } = job.spec.template.spec;
      const secrets = volumes.filter(({ secret }) => secret).map(({ name }) => name);
      const secretsOf = (container: string): string[] =>
        (initContainers.find(({ name }) => name === container)?.volumeMounts ?? [])
          .map(({ name }) => name)
          .filter((name) => secrets.includes(name));
      assert.deepEqual([secretsOf('gateway'), secretsOf('work')], [['gateway-keys'], []]);
      const log = await story().here.ok(`kubectl bgtask logs ${NAME} -n $PROJECT`);
      assert.doesNotMatch(log, /key in reach/);
    });

    it('the object is selected by its label, a background session of the person', async () => {
      const { here } = story();
      const list = await here.ok(
        'kubectl get agenticsessions -n $PROJECT -l ambient-code.io/mode=background',
      );
      assert.match(list, /^upgrade-lodash-test-[0-9a-f]{8} /m);
      const { spec } = await task();
      assert.equal(spec.mode, 'background');
      assert.equal(spec.userContext?.userId, PERSON);
    });

    it('its Job is named after it, owned by it, limited to an hour, and labelled', async () => {
      const { metadata } = await task();
      assert.equal(job.spec.activeDeadlineSeconds, 3600);
      assert.equal(job.spec.backoffLimit, 0);
      const [owner] = job.metadata.ownerReferences;
      assert.deepEqual(
        [owner?.kind, owner?.name, owner?.uid, owner?.controller],
        ['AgenticSession', cr, metadata.uid, true],
      );
      for (const [label, value] of Object.entries(metadata.labels ?? {}))
        assert.equal(job.metadata.labels[label], value, label);
      assert.equal(job.metadata.labels['ambient-code.io/task'], NAME);
    });

    it('its phases are Pending, Creating, Running, Completed', () => {
      assert.deepEqual(
        [...new Set(states.map(({ phase }) => phase))],
        ['Pending', 'Creating', 'Running', 'Completed'],
      );
    });

    it('its progress never falls, and passes 20, 60, 80 and 100', () => {
      const progress = states.map((state) => state.progress);
      assert.deepEqual(
        progress,
        progress.toSorted((a, b) => a - b),
      );
      for (const [from, to] of [
        [20, 60],
        [60, 80],
        [80, 100],
        [100, 101],
      ] as const)
        assert.ok(
          progress.some((each) => each >= from && each < to),
          `none from ${from} below ${to}: ${progress.join(' ')}`,
        );
    });

    it('its step says in words where it is, and its log grows', () => {
      const steps = states.map(({ step }) => step);
      assert.ok(steps.includes('Generating changes'), steps.join('\n'));
      assert.ok(steps.includes('Running linters'), steps.join('\n'));
      assert.equal(steps.at(-1), 'Pull request created');
      const lengths = states.map(({ logs }) => logs);
      assert.ok(new Set(lengths).size > 3 && Math.max(...lengths) <= 10_240, lengths.join(' '));
    });

    it('the pull request is open, names the task, and says what was checked', async () => {
      const { github } = story();
      const { status, metadata } = await task();
      const pull = github.pulls.find(({ head }) => head === BRANCH);
      assert.equal(pull?.url, status?.repos?.[0]?.prUrl);
      assert.equal(pull?.state, 'open');
      assert.ok(pull?.title.startsWith(`[Background Task] ${NAME}`), pull?.title);
      for (const words of [
        'Automated changes from background task',
        NAME,
        PROJECT,
        PERSON,
        metadata.creationTimestamp ?? '?',
        INSTRUCTIONS,
        '✅ Linting passed · ✅ Tests passed',
      ])
        assert.ok(pull?.body.includes(words), `${words}\n${pull?.body}`);
      assert.equal(github.pulls.length, 1);
    });

    it('its branch is one commit that changes package.json and package-lock.json', async () => {
      const { directory } = story();
      assert.equal(
        await git(directory, 'diff', '--name-only', 'main', BRANCH),
        'package-lock.json\npackage.json',
      );
      assert.equal(await git(directory, 'rev-list', '--count', `main..${BRANCH}`), '1');
      assert.match(await git(directory, 'show', `${BRANCH}:package-lock.json`), /"version": "4\.17\.21"/);
    });

    it('its log tells the whole story, Claude Code included', async () => {
      const log = await story().here.ok(`kubectl bgtask logs ${NAME} -n $PROJECT`);
      for (const words of [
        'Repository cloned',
        'Installing dependencies: npm ci',
        'I set the new version.',
        'lodash is at 4.17.21.',
        'Running linters: npm run lint',
        'Running tests: npm test',
        'All checks passed',
        'Pull request created',
      ])
        assert.ok(log.includes(words), `${words}\n${log}`);
    });

    it('Claude Code ran in the pod with the key of the Secret, to the end of its script', () => {
      const { model } = story();
      assert.equal(model.left(), 0);
      assert.ok(model.requests.some(({ authorized, method }) => method === 'POST' && authorized));
      assert.deepEqual(
        model.requests.filter(({ authorized, method }) => method === 'POST' && !authorized),
        [],
      );
    });

    it('it saw no Secret: not the key of its model, and not the one of the forge', () => {
      const answers = JSON.stringify(story().model.requests.map(({ body }) => body.messages));
      assert.match(answers, /cannot access '\/var\/run\/secrets\/bgtask\/\*'/);
      assert.doesNotMatch(answers, /ANTHROPIC_API_KEY|OPENAI_API_KEY|GITHUB_TOKEN/);
    });

    it('the audit trail stays in the status', async () => {
      const { status } = await task();
      assert.ok(status?.startTime && status.completionTime && status.repos?.[0]?.prCreatedAt);
      assert.deepEqual(
        status.checks?.map(({ name, result }) => `${name} ${result}`),
        ['lint passed', 'test passed'],
      );
      assert.ok((status.usage?.turns ?? 0) >= 4, JSON.stringify(status.usage));
    });
  });
}
