import type { AgenticSession as SessionShape } from './generated/agentic-session.ts';
import type { TaskTemplate as TemplateShape } from './generated/task-template.ts';

/** The part of Kubernetes' ObjectMeta that bgtask reads and writes. */
export interface ObjectMeta {
  name: string;
  namespace: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string }[];
}

interface Typed<K extends string> {
  apiVersion: string;
  kind: K;
  metadata: ObjectMeta;
}

export type SessionSpec = SessionShape['spec'];
export type SessionStatus = NonNullable<SessionShape['status']>;
export type AgenticSession = Typed<'AgenticSession'> & { spec: SessionSpec; status?: SessionStatus };

export type TemplateSpec = TemplateShape['spec'];
type TemplateStatus = NonNullable<TemplateShape['status']>;
export type TaskTemplate = Typed<'TaskTemplate'> & { spec: TemplateSpec; status?: TemplateStatus };
export type TemplateParameter = NonNullable<TemplateSpec['parameters']>[number];

export interface KindMap {
  AgenticSession: AgenticSession;
  TaskTemplate: TaskTemplate;
}
/** The kinds that a store keeps. */
export type Kind = keyof KindMap;
/** Resource names of the kinds, as in URLs and `kubectl get`. */
export const PLURAL: Record<Kind, string> = {
  AgenticSession: 'agenticsessions',
  TaskTemplate: 'tasktemplates',
};

export const PHASES = [
  'Pending',
  'Creating',
  'Running',
  'Completed',
  'Failed',
  'Timeout',
  'Stopped',
] as const;
export type Phase = (typeof PHASES)[number];

export type AgentSpec = NonNullable<SessionSpec['agent']>;
export type CheckSpec = NonNullable<SessionSpec['checks']>[number];
export type PullRequestSpec = NonNullable<SessionSpec['pullRequest']>;
export type CheckResult = NonNullable<SessionStatus['checks']>[number];
export type Usage = NonNullable<SessionStatus['usage']>;
export type RepoStatus = NonNullable<SessionStatus['repos']>[number];
export type StepTime = NonNullable<SessionStatus['steps']>[number];
export type Condition = NonNullable<SessionStatus['conditions']>[number];
