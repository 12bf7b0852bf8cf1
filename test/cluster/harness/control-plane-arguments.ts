import { join } from 'node:path';

/** Pods find the API server at the first address of this range: 10.96.0.1. */
export const SERVICE_RANGE = '10.96.0.0/16';

/** No fsync: a test's objects need not outlast a power cut. */
export const etcdArguments = (folder: string, client: string, peer: string): string[] => [
  '--name=default',
  `--data-dir=${join(folder, 'etcd')}`,
  '--unsafe-no-fsync',
  '--log-level=warn',
  `--listen-client-urls=${client}`,
  `--advertise-client-urls=${client}`,
  `--listen-peer-urls=${peer}`,
  `--initial-advertise-peer-urls=${peer}`,
  `--initial-cluster=default=${peer}`,
];

export interface ApiserverSpec {
  folder: string;
  etcd: string;
  address: string;
  port: number;
  node: boolean;
  /** Without a controller manager the service accounts that pods get are not created. */
  serviceAccounts: boolean;
}

/** It makes its own serving certificate, with the address and 10.96.0.1 among its names. */
export const apiserverArguments = (spec: ApiserverSpec): string[] => [
  `--etcd-servers=${spec.etcd}`,
  `--bind-address=${spec.address}`,
  `--advertise-address=${spec.address}`,
  `--secure-port=${spec.port}`,
  `--cert-dir=${join(spec.folder, 'certificates')}`,
  `--token-auth-file=${join(spec.folder, 'tokens.csv')}`,
  '--authorization-mode=Node,RBAC',
  '--enable-admission-plugins=NodeRestriction',
  ...(spec.serviceAccounts ? [] : ['--disable-admission-plugins=ServiceAccount']),
  `--endpoint-reconciler-type=${spec.node ? 'lease' : 'none'}`,
  `--service-cluster-ip-range=${SERVICE_RANGE}`,
  '--service-account-issuer=https://kubernetes.default.svc',
  `--service-account-key-file=${join(spec.folder, 'service-accounts.pub')}`,
  `--service-account-signing-key-file=${join(spec.folder, 'service-accounts.key')}`,
  '--kubelet-preferred-address-types=InternalIP',
  '--allow-privileged',
  '--profiling=false',
];

/** No port, and limits for tests with many objects. */
export const controllerManagerArguments = (folder: string): string[] => [
  `--kubeconfig=${componentKubeconfig(folder, 'system:kube-controller-manager')}`,
  '--use-service-account-credentials',
  `--service-account-private-key-file=${join(folder, 'service-accounts.key')}`,
  `--root-ca-file=${join(folder, 'certificates/apiserver.crt')}`,
  `--service-cluster-ip-range=${SERVICE_RANGE}`,
  '--leader-elect=false',
  '--secure-port=0',
  '--kube-api-qps=500',
  '--kube-api-burst=1000',
  '--concurrent-job-syncs=20',
];

export const schedulerArguments = (folder: string): string[] => [
  `--kubeconfig=${componentKubeconfig(folder, 'system:kube-scheduler')}`,
  '--leader-elect=false',
  '--secure-port=0',
  '--kube-api-qps=500',
  '--kube-api-burst=1000',
];

/** The kubeconfig of one of the cluster's own programs. */
export const componentKubeconfig = (folder: string, user: string): string =>
  join(folder, 'components', user.replaceAll(':', '-'));
