import assert from 'node:assert/strict';
import { FORGE_TOKEN } from './node-scene.ts';
import type { Quickstart } from './quickstart-scene.ts';

import { PERSON } from './scene.ts';
import { CA } from './secure-github.ts';

const WHERE = '--repo $REPO_URL --branch main';

/** A task as a user writes it by hand: without bgtask's labels, with a name of its own. */
const taskFile = (name: string, repository: string, run: string): string => `
apiVersion: vteam.ambient-code/v1alpha1
kind: AgenticSession
metadata:
  name: ${name}
spec:
  mode: background
  prompt: Write a note.
  autoPushOnComplete: true
  userContext:
    userId: ${PERSON}
  repos:
    - input:
        url: ${repository}
  agent:
    type: command
    run: |
      ${run}
`;

/** What people do with plain kubectl, and how the plugin behaves as one of kubectl's own commands. */
export function kubectlUsers(story: () => Quickstart): void {
  const repository = (): string => `${story().github.url}/test-org/sample-nodejs-app`;

  describe('plain kubectl does what its users expect', () => {
    it('kubectl apply -f takes a task without any label, and it runs', async () => {
      const { here } = story();
      await here.ok(
        'kubectl apply -n $PROJECT -f -',
        taskFile('by-hand', repository(), 'echo note > NOTE.md'),
      );
      await here.ok(
        `kubectl wait --for=jsonpath='{.status.phase}'=Completed as/by-hand -n $PROJECT --timeout=60s`,
      );
      assert.ok(story().github.pulls.some(({ head }) => head === 'background-task-by-hand'));
    });

    it('kubectl apply -f again changes nothing, also after the operator has written the status', async () => {
      const text = taskFile('by-hand', repository(), 'echo note > NOTE.md');
      assert.match(await story().here.ok('kubectl apply -n $PROJECT -f -', text), /by-hand unchanged/);
    });

    it('kubectl apply -f of another prompt is refused with what cannot change', async () => {
      const text = taskFile('by-hand', repository(), 'echo note > NOTE.md').replace('a note', 'a poem');
      const { code, stderr } = await story().here.run('kubectl apply -n $PROJECT -f -', text);
      assert.equal(code, 1);
      assert.match(stderr, /prompt cannot change after creation/);
    });

    it('kubectl label puts a label of their own on a task', async () => {
      await story().here.ok('kubectl label as by-hand -n $PROJECT team=blue');
      assert.match(await story().here.ok('kubectl get as -n $PROJECT -l team=blue'), /^by-hand /m);
    });

    it('kubectl apply -f says in a sentence what it refuses', async () => {
      const text = taskFile('forged', repository(), 'true').replace(PERSON, 'alice');
      const { code, stderr } = await story().here.run('kubectl apply -n $PROJECT -f -', text);
      assert.equal(code, 1);
      assert.match(stderr, /spec\.userContext\.userId must be .*user@example\.com/);
    });

    for (const [what, flags, columns] of [
      ['kubectl get as', '', 'NAME TASK PHASE PROGRESS STEP PR AGE'],
      [
        'kubectl get as -o wide',
        '-o wide',
        'NAME TASK PHASE PROGRESS STEP PR USER REPOSITORY RETRY REASON MODE AGE',
      ],
    ] as const)
      it(`${what} has the columns ${columns}`, async () => {
        const [header = ''] = (await story().here.ok(`kubectl get as -n $PROJECT ${flags}`)).split('\n');
        assert.deepEqual(header.trim().split(/\s{2,}/), columns.split(' '));
      });

    it('kubectl describe as shows the outcome and the events', async () => {
      const text = await story().here.ok('kubectl describe as by-hand -n $PROJECT');
      assert.match(text, /Phase: +Completed/);
      assert.match(text, /Events:\n[^]*Completed/);
    });

    it('kubectl explain as.spec.cancel explains it', async () => {
      assert.match(await story().here.ok('kubectl explain as.spec.cancel'), /True stops the task/);
    });

    it('kubectl logs shows the work stage while it runs, and kubectl patch cancels the task', async () => {
      const { here, gates } = story();
      const run = `echo 'At the gate'; ${gates.pass('by-patch')}`;
      await here.ok('kubectl apply -n $PROJECT -f -', taskFile('by-patch', repository(), run));
      await gates.reached('by-patch');
      assert.match(await here.ok('kubectl logs -n $PROJECT job/by-patch-job'), /^At the gate$/m);
      await here.ok(`kubectl patch as by-patch -n $PROJECT --type=merge -p '{"spec":{"cancel":true}}'`);
      await here.ok(
        `kubectl wait --for=jsonpath='{.status.phase}'=Stopped as/by-patch -n $PROJECT --timeout=40s`,
      );
      await here.ok('kubectl wait --for=delete pod -l job-name=by-patch-job -n $PROJECT --timeout=10s');
    });
  });

  describe('the plugin is one of kubectl’s commands', () => {
    it('kubectl bgtask --help names itself as it was called', async () => {
      assert.match(await story().here.ok('kubectl bgtask --help'), /kubectl bgtask <command>/);
    });

    it('kubectl completes its verbs', async () => {
      assert.match(await story().here.ok(`kubectl __complete bgtask ''`), /^create\t/m);
    });

    for (const [code, what, line] of [
      [2, 'a usage error', 'kubectl bgtask create -n $PROJECT'],
      [3, 'a failed task', `kubectl bgtask create fails -n $PROJECT ${WHERE} -m Fail. --run false --wait`],
      [4, 'a project that is not theirs', 'kubectl bgtask list -n kube-system'],
      [5, 'a task that is not there', 'kubectl bgtask describe nothing -n $PROJECT'],
    ] as const)
      it(`its exit code ${code} for ${what} is kubectl's`, async () => {
        const result = await story().here.run(line);
        assert.equal(result.code, code, result.stderr);
      });

    it('a project without Secrets: the error of its task is the command that makes the missing one', async () => {
      const { here, admin, scene, github } = story();
      await scene.project('bare');
      await admin.ok(
        `cat >ca.crt && kubectl create configmap ${CA} -n bare --from-file=ca.crt`,
        github.certificate,
      );
      const create = `kubectl bgtask create chore -n bare ${WHERE} -m Chore. --wait`;
      assert.equal((await here.run(create)).code, 3);
      const error = `kubectl get as -n bare -o jsonpath='{.items[0].status.error}'`;
      assert.match(
        await here.ok(error),
        /kubectl create secret generic bgtask-forge -n bare --from-literal=GITHUB_TOKEN=/,
      );
      await admin.ok(
        `kubectl create secret generic bgtask-forge -n bare --from-literal=GITHUB_TOKEN=${FORGE_TOKEN}`,
      );
      await here.ok('kubectl bgtask delete chore -n bare');
      assert.equal((await here.run(create)).code, 3);
      assert.match(
        await here.ok(error),
        /kubectl create secret generic bgtask-model -n bare --from-literal=ANTHROPIC_API_KEY=/,
      );
      await here.ok('kubectl delete as --all -n bare');
    });

    it('logs -f follows a task from before its pod to its end, every line once, and then ends', async () => {
      const { here } = story();
      await here.ok(`kubectl bgtask create followed -n $PROJECT ${WHERE} -m Write. --run 'echo Hello'`);
      const lines = (await here.ok('kubectl bgtask logs -f followed -n $PROJECT')).split('\n');
      const told = ['Initializing workspace', 'Repository cloned', 'Hello', 'Code changes generated'];
      assert.deepEqual(
        lines.filter((line) => told.includes(line)),
        told,
      );
      assert.equal(lines.at(-1), 'No changes needed');
    });

    it('-A lists the tasks of all projects, for those who may see them', async () => {
      const { admin, here } = story();
      const all = await admin.ok('kubectl bgtask list -A');
      assert.match(all, /^vteam-test +upgrade-lodash-test /m);
      const { code, stderr } = await here.run('kubectl bgtask list -A');
      assert.equal(code, 4, stderr);
    });

    it('--as acts as another user, whose name the task then carries', async () => {
      const { admin } = story();
      await admin.ok(
        `kubectl bgtask create as-someone -n $PROJECT --as ${PERSON} ${WHERE} -m Nothing. --run true --wait`,
      );
      const user = await admin.ok(
        `kubectl get as -n $PROJECT -l ambient-code.io/task=as-someone -o jsonpath='{.items[*].spec.userContext.userId}'`,
      );
      assert.equal(user, PERSON);
    });

    it('--context chooses the context, and with it the project', async () => {
      const { here } = story();
      await here.ok(
        'cp $KUBECONFIG own && kubectl --kubeconfig own config set-context theirs --cluster=test --user=test --namespace=$PROJECT',
      );
      const list = await here.ok('KUBECONFIG=own kubectl bgtask list --context theirs');
      assert.match(list, /^upgrade-lodash-test /m);
    });

    it('kubectl delete by the label removes every task that bgtask made, and nothing of them runs on', async () => {
      const { here } = story();
      await here.ok('kubectl delete agenticsessions -n $PROJECT -l ambient-code.io/mode=background');
      assert.doesNotMatch(await here.ok('kubectl get as -n $PROJECT'), /-[0-9a-f]{8} /);
      await here.ok('kubectl delete as --all -n $PROJECT');
      await here.ok(
        'kubectl wait --for=delete job,pod -l ambient-code.io/mode=background -n $PROJECT --timeout=60s',
      );
      assert.deepEqual(story().github.problems, []);
    });
  });
}
