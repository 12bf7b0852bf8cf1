import { BgtaskError } from '../../../src/domain/errors.ts';
import type { Access, ClusterObject, ClusterView } from '../../../src/engine/cluster-view.ts';
import type { Engine, Identity } from '../../../src/engine/engine.ts';
import { manifests } from '../../../src/engine/kubernetes/install/manifests.ts';
import type { KubernetesObject } from '../../../src/engine/kubernetes/install/object.ts';
import { defaultOptions } from '../../../src/engine/kubernetes/install/options.ts';
import { webhook } from '../../../src/engine/kubernetes/install/webhook.ts';
import { loadCrds } from '../../../src/engine/kubernetes/install/package-files.ts';
import type { Finding } from '../../../src/service/doctor/finding.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const NOW = '2026-01-31T12:00:00Z';
const PROJECT = 'team-a';
const HOME = 'bgtask-system';

const object = (kind: string, name: string, fields: object = {}, namespace?: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, ...(namespace && { namespace }) },
  ...fields,
});

const noon = (): Date => new Date(NOW);
const unused = (): never => {
  throw new Error('the doctor has no business with this');
};

/** A cluster in memory on which everything is well, to take things away from. */
export class PretendCluster implements ClusterView {
  readonly place = { name: 'test', server: 'https://cluster.example.com:6443' };
  readonly store = new MemoryStore();
  /** By `Kind/name`. */
  readonly objects = new Map<string, KubernetesObject>();
  /** Kinds that may not be read. */
  readonly hidden = new Set<string>();
  /** What the caller may not do: `verb resource`. */
  readonly refused = new Set<string>();
  gitVersion = 'v1.35.4';
  /** The version in which it serves admission policies. */
  policies: 'v1' | 'v1beta1' | undefined = 'v1';
  /** The error of every call, when the API server does not answer. */
  silence: BgtaskError | undefined;
  identity: Identity = { userId: 'alice', groups: ['developers', 'system:authenticated'] };
  /** Called at each look at a lease. */
  onLease: () => void = () => undefined;

  constructor() {
    const image = 'registry.example.com/team/bgtask:0.1.0';
    for (const each of manifests({ ...defaultOptions('0.1.0'), image, settings: '{}\n' }, loadCrds()))
      this.put(each);
    this.#change('Deployment/bgtask-operator', { status: { availableReplicas: 1 } });
    const renewed = { holderIdentity: 'operator-1', leaseDurationSeconds: 15, renewTime: NOW };
    this.put(object('Lease', 'bgtask-operator', { spec: renewed }, HOME));
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    this.put({ ...object('Namespace', PROJECT), metadata: { name: PROJECT, labels } });
    this.put(object('Secret', 'bgtask-forge', { data: { GITHUB_TOKEN: 'c2VjcmV0' } }, PROJECT));
    this.put(object('Secret', 'bgtask-model', { data: { ANTHROPIC_API_KEY: 'c2VjcmV0' } }, PROJECT));
  }

  async discover(path: string): Promise<unknown> {
    if (this.silence) throw this.silence;
    const isServed = path === `/apis/admissionregistration.k8s.io/${this.policies}`;
    return { resources: isServed ? [{ kind: 'ValidatingAdmissionPolicy' }] : [] };
  }

  /** Has the webhook of an installation for a cluster without admission policies, as an operator completes it. */
  useWebhook(): void {
    this.policies = undefined;
    for (const each of webhook({ ...defaultOptions('0.1.0'), admission: 'webhook' })) this.put(each);
    this.change('ValidatingWebhookConfiguration/bgtask-webhook', ({ webhooks }) => ({
      webhooks: (webhooks as { clientConfig: object }[]).map((each) => ({
        ...each,
        clientConfig: { ...each.clientConfig, caBundle: 'Y2VydA==' },
      })),
    }));
  }

  put(each: KubernetesObject): void {
    this.objects.set(`${each.kind}/${each.metadata.name}`, each);
  }

  /** Puts settings of a project's own. */
  config(namespace: string, text: string): void {
    const config = object('ConfigMap', 'bgtask-config', { data: { 'config.yaml': text } }, namespace);
    this.objects.set(`${namespace}/ConfigMap`, config);
  }

  /** Removes an object by `Kind/name`; it must be there. */
  remove(key: string): void {
    if (!this.objects.delete(key)) throw new Error(`there is no ${key} to take away`);
  }

  /** Changes fields of an object; it must be there. */
  change(key: string, fields: (old: KubernetesObject) => object): void {
    const old = this.objects.get(key);
    if (!old) throw new Error(`there is no ${key} to change`);
    this.#change(key, fields(old));
  }

  async version(): Promise<string> {
    if (this.silence) throw this.silence;
    return this.gitVersion;
  }

  async get<T extends ClusterObject>(
    kind: string,
    { namespace, name }: { namespace?: string; name: string },
  ): Promise<T | undefined> {
    this.#check(kind);
    if (kind === 'Lease') this.onLease();
    const found = [...this.objects.values()].find(
      (each) => each.kind === kind && each.metadata.name === name && each.metadata.namespace === namespace,
    );
    return found as unknown as T | undefined;
  }

  async list<T extends ClusterObject>(kind: string): Promise<T[]> {
    this.#check(kind);
    return [...this.objects.values()].filter((each) => each.kind === kind) as unknown as T[];
  }

  async schema(kind: string): Promise<unknown> {
    for (const each of this.objects.values()) {
      const { names, versions } = (each['spec'] ?? {}) as {
        names?: { kind: string };
        versions?: { schema: { openAPIV3Schema: unknown } }[];
      };
      if (names?.kind === kind) return versions?.[0]?.schema.openAPIV3Schema;
    }
    return undefined;
  }

  async may({ verb, resource }: Access): Promise<boolean> {
    return !this.refused.has(`${verb} ${resource}`);
  }

  engine(): Engine {
    return {
      kind: 'kubernetes',
      store: this.store,
      get jobs(): never {
        return unused();
      },
      cluster: this,
      defaultProject: PROJECT,
      whoAmI: () => (this.silence ? Promise.reject(this.silence) : Promise.resolve(this.identity)),
      offer: unused,
      ensureController: unused,
    };
  }

  /** What the doctor finds. */
  async examine(flags: readonly string[] = [], project = PROJECT): Promise<Finding[]> {
    const { findings } = await import('../../../src/service/doctor/doctor.ts');
    return findings(this.engine(), { env: {}, project, flags, now: noon, leaseWaitMs: 20 });
  }

  #change(key: string, fields: object): void {
    this.objects.set(key, { ...this.objects.get(key), ...fields } as KubernetesObject);
  }

  #check(kind: string): void {
    if (this.hidden.has(kind))
      throw new BgtaskError('Forbidden', `alice cannot get ${kind} in the API group`);
  }
}
