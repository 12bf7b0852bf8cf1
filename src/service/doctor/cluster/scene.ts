import type { ClusterObject, ClusterView } from '../../../engine/cluster-view.ts';
import type { Engine } from '../../../engine/engine.ts';
import { NAMES } from '../../../engine/kubernetes/install/object.ts';
import type { Finding } from '../finding.ts';
import { readSettings, type SettingsSeen } from './read-settings.ts';

/** What is asked of a cluster. */
export interface ClusterQuestion {
  project: string;
  /** The operator's namespace; found by its binding when absent. */
  home?: string;
  /** Flags that printed commands need to reach the same cluster, e.g. `--context=work`. */
  flags: readonly string[];
  now: () => Date;
  /** Milliseconds for which a lease that looks stale is watched; a holder renews it every 3 s. */
  leaseWaitMs?: number;
}

/** The operator's Deployment, as far as anybody looks. */
export interface Deployment extends ClusterObject {
  spec?: {
    replicas?: number;
    template?: {
      spec?: { containers?: { image?: string; env?: { name: string; value?: string }[] }[] };
    };
  };
  status?: { availableReplicas?: number; conditions?: { type: string; status: string; message?: string }[] };
}

/** A namespace. */
type Namespace = ClusterObject;

/** A cluster that is looked at. What several looks need is read once. */
export interface Scene extends Required<Omit<ClusterQuestion, 'home'>> {
  engine: Engine;
  view: ClusterView;
  home: string;
  /** Who asks. */
  user: string;
  deployment: () => Promise<Deployment | undefined>;
  namespace: () => Promise<Namespace | undefined>;
  settings: () => Promise<SettingsSeen>;
}

/** One check: its subject, the command with which an administrator can check the same, and what it finds. */
export interface Look {
  subject: string;
  /** A kubectl command's words. */
  byHand: (scene: Scene) => string;
  look: (scene: Scene) => Promise<Omit<Finding, 'subject'>>;
}

const once = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let reading: Promise<T> | undefined;
  return () => (reading ??= read());
};

const LEASE_WAIT_MS = 8000;

/** The scene of a question; asks for the operator's namespace alone. */
export async function sceneOf(
  engine: Engine,
  view: ClusterView,
  question: ClusterQuestion & { user: string },
): Promise<Scene> {
  const home = question.home ?? (await installedIn(view));
  return {
    leaseWaitMs: LEASE_WAIT_MS,
    ...question,
    engine,
    view,
    home,
    deployment: once(() => view.get<Deployment>('Deployment', { namespace: home, name: NAMES.operator })),
    namespace: once(() => view.get<Namespace>('Namespace', { name: question.project })),
    settings: once(() => readSettings(view, home)),
  };
}

/** The namespace of the operator, from its ClusterRoleBinding; the default namespace if that cannot be read. */
async function installedIn(view: ClusterView): Promise<string> {
  type Binding = ClusterObject & { subjects?: { namespace?: string }[] };
  const binding = await view
    .get<Binding>('ClusterRoleBinding', { name: NAMES.operator })
    .catch(() => undefined);
  return binding?.subjects?.[0]?.namespace ?? NAMES.namespace;
}
