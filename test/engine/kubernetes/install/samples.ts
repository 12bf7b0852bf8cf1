import { defaultOptions, type InstallOptions } from '../../../../src/engine/kubernetes/install/options.ts';

export const VERSION = '1.2.3';

/** The options by default, and with every choice made otherwise. */
export const SAMPLES: Record<'default' | 'server' | 'older' | 'beta' | 'everything', InstallOptions> = {
  default: defaultOptions(VERSION),
  server: { ...defaultOptions(VERSION), server: { replicas: 1 } },
  older: { ...defaultOptions(VERSION), admission: 'webhook', selectableFields: false },
  beta: { ...defaultOptions(VERSION), admission: 'v1beta1', selectableFields: false },
  everything: {
    namespace: 'coding-agents',
    image: 'example.com/team/bgtask:1.2.3',
    replicas: 2,
    resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '1Gi' } },
    nodeSelector: { 'example.com/pool': 'system' },
    tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'system', effect: 'NoSchedule' }],
    imagePullSecrets: [{ name: 'registry' }],
    admission: 'none',
    selectableFields: true,
    jobSecrets: ['github-app'],
    server: { replicas: 2, tlsSecret: 'bgtask-server-tls' },
    settings: 'limits: { perUser: 3 } # "quotes", {{ braces }} and\nlines: stay\n',
  },
};

/** What a person writes into values.yaml for these options, over its defaults; the namespace is the release's, and what is served the cluster's. */
export function valuesOf(options: InstallOptions): object {
  const { namespace: _, selectableFields: _fields, admission, server, ...choices } = options;
  return {
    ...choices,
    withPolicy: admission !== 'none',
    ...(server && { server: { enabled: true, tlsSecret: '', ...server } }),
  };
}

/** A cluster that serves what these options want: its version, and the versions of the policies' API. */
export function clusterFor({ admission, selectableFields }: InstallOptions): {
  version: string;
  policies: string[];
} {
  const version = selectableFields ? 'v1.30.0' : 'v1.28.0';
  return { version, policies: admission === 'v1' || admission === 'v1beta1' ? [admission] : [] };
}
