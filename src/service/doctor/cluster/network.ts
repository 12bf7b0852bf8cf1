import type { ClusterObject } from '../../../engine/cluster-view.ts';
import {
  JOB_NETWORK,
  JOB_POD_LABELS,
  type LabelSelector,
} from '../../../engine/kubernetes/jobs/job-network.ts';
import { kubectl } from './commands.ts';
import type { Look } from './scene.ts';

interface NetworkPolicy extends ClusterObject {
  spec?: { podSelector?: LabelSelector; policyTypes?: readonly string[]; egress?: readonly unknown[] };
}

const labels: Readonly<Record<string, string>> = JOB_POD_LABELS;

const holds = ({
  key,
  operator,
  values = [],
}: NonNullable<LabelSelector['matchExpressions']>[number]): boolean => {
  const value = labels[key];
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const isIn = value !== undefined && values.includes(value);
  return operator === 'In' ? isIn : !isIn;
};

/** True for a selector that takes the pods of Jobs in, by the labels that each of them has. */
function selectsJobs({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(holds)
  );
}

/** True for a policy that opens something for Jobs: policies add up. */
const opens = ({ metadata, spec = {} }: NetworkPolicy): boolean =>
  metadata.name !== JOB_NETWORK && (spec.egress ?? []).length > 0 && selectsJobs(spec.podSelector);

/** What limits the network of a project's Jobs. */
export const networkLook: Look = {
  subject: 'network policy',
  byHand: ({ project }) => `get networkpolicy -n ${project}`,
  look: async (scene) => {
    const { project } = scene;
    const found = await scene.view.list<NetworkPolicy>('NetworkPolicy', { namespace: project });
    const opening = found.filter(opens).map(({ metadata }) => metadata.name);
    if (opening.length > 0)
      return {
        level: 'warning',
        message: `Other policies of project ${project} open more of the network for Jobs than ${JOB_NETWORK} does: ${opening.join(', ')}.`,
        fix: `Change their podSelector so that it leaves out pods with the label app.kubernetes.io/component=runner`,
        command: kubectl(scene, `get networkpolicy ${opening.join(' ')} -n ${project} -o yaml`),
      };
    if (found.some(({ metadata }) => metadata.name === JOB_NETWORK))
      return {
        level: 'ok',
        message: `${JOB_NETWORK} limits what Jobs reach, where the network of the cluster enforces it`,
      };
    return {
      level: 'ok',
      message: `the operator applies ${JOB_NETWORK} before the first Job, unless runner.networkPolicy.mode is off`,
    };
  },
};
