import { data } from '@actions/expressions';
import { ROOT } from '../shell-values.ts';
import { OpenDictionary, toValue, type Contexts, type Value } from './expression.ts';

/** The event that starts a workflow for a change. */
export type ChangeEvent = 'pull_request' | 'pull_request_target' | 'merge_group' | 'push';

/** The name of the branch and of the person as conditions see them: those of no release, bot or maintainer. */
const BRANCH = 'background-task';
const ACTOR = 'bgtask-contributor';

const open = (pairs: Record<string, unknown>): Value =>
  new OpenDictionary(
    ...Object.entries(pairs).map(([key, value]) => ({
      key,
      value: isValue(value) ? value : toValue(value),
    })),
  );

const isValue = (value: unknown): value is Value =>
  value instanceof data.Dictionary || value instanceof data.Array;

/** What a workflow knows of a change that a person proposes from a branch: no labels, no draft, not merged. */
export function githubContexts(event: ChangeEvent): Map<string, Value> {
  const isPull = event.startsWith('pull_request');
  const user = { login: ACTOR, type: 'User' };
  const pull = open({
    action: 'synchronize',
    labels: [],
    draft: false,
    merged: false,
    user: open(user),
    head: open({ ref: BRANCH }),
  });
  const github = open({
    event_name: event,
    ref: isPull ? 'refs/pull/1/merge' : `refs/heads/${BRANCH}`,
    ref_name: isPull ? '1/merge' : BRANCH,
    ref_type: 'branch',
    head_ref: isPull ? BRANCH : '',
    actor: ACTOR,
    triggering_actor: ACTOR,
    workspace: ROOT,
    event: open({
      action: 'synchronize',
      inputs: {},
      deleted: false,
      sender: open(user),
      pull_request: isPull ? pull : null,
      label: null,
      schedule: null,
      release: null,
      issue: null,
      comment: null,
      workflow_run: null,
    }),
  });
  const runner = open({ os: 'Linux', arch: 'X64', workspace: ROOT, temp: '${TMPDIR:-/tmp}' });
  return new Map([
    ['github', github],
    ['runner', runner],
    ['inputs', toValue({})],
    ['matrix', toValue({})],
  ]);
}

/** The same contexts with one of them replaced. */
export const withContext = (contexts: Contexts, name: string, value: Value): Contexts =>
  new Map([...contexts, [name, value]]);

/** The `env` context: the variables that are known, and any other may be set too. */
export const envContext = (values: Iterable<readonly [string, string]>): Value =>
  open(Object.fromEntries(values));
