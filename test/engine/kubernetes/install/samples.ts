import { defaultOptions, type InstallOptions } from '../../../../src/engine/kubernetes/install/options.ts';

export const VERSION = '1.2.3';

/** The options by default, and with every choice made otherwise. */
export const SAMPLES: Record<'default' | 'server' | 'everything', InstallOptions> = {
  default: defaultOptions(VERSION),
  server: { ...defaultOptions(VERSION), server: { replicas: 1 } },
  everything: {
    namespace: 'coding-agents',
    image: 'example.com/team/bgtask:1.2.3',
    replicas: 2,
    resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '1Gi' } },
    nodeSelector: { 'example.com/pool': 'system' },
    tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'system', effect: 'NoSchedule' }],
    imagePullSecrets: [{ name: 'registry' }],
    withPolicy: false,
    jobSecrets: ['github-app'],
    server: { replicas: 2, tlsSecret: 'bgtask-server-tls' },
    settings: 'limits: { perUser: 3 } # "quotes", {{ braces }} and\nlines: stay\n',
  },
};

/** What a person writes into values.yaml for these options, over its defaults; the namespace is the release's. */
export function valuesOf(options: InstallOptions): object {
  const { namespace: _, server, ...choices } = options;
  return {
    ...choices,
    ...(server && { server: { enabled: true, tlsSecret: '', ...server } }),
  };
}
