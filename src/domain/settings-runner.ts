import { z } from 'zod';
import { quantity } from './setting-values.ts';

const quantities = z.record(z.string().max(63), quantity);
const stage = z.strictObject({ requests: quantities.optional(), limits: quantities.optional() }).optional();
const labelMap = z.record(z.string().max(317), z.string().max(63));
const port = z.number().int().min(1).max(65_535);

/** A rule as NetworkPolicy has it; the API server checks what is in its peers. An empty rule would open all: it says so with 0.0.0.0/0. */
const egressRule = z.strictObject({
  to: z
    .array(
      z.strictObject({
        ipBlock: z
          .strictObject({ cidr: z.string().max(64), except: z.array(z.string().max(64)).max(100).optional() })
          .optional(),
        namespaceSelector: z.record(z.string(), z.unknown()).optional(),
        podSelector: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .min(1)
    .max(100),
  ports: z
    .array(
      z.strictObject({
        protocol: z.enum(['TCP', 'UDP', 'SCTP']).optional(),
        port: z.union([port, z.string().max(15)]).optional(),
        endPort: port.optional(),
      }),
    )
    .max(100)
    .optional(),
});

const toleration = z.strictObject({
  key: z.string().max(317).optional(),
  operator: z.enum(['Exists', 'Equal']).optional(),
  value: z.string().max(63).optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
  tolerationSeconds: z.number().int().nonnegative().optional(),
});

/** What Jobs on a cluster are made of; the defaults are those of `defaultJobConfig`. The local engine ignores this section. */
export const runnerSchema = z.strictObject({
  image: z
    .string()
    .max(512)
    .optional()
    .meta({
      description: "The image of the stages. The operator's own image when absent.",
      examples: ['example.com/team/bgtask:1.0'],
    }),
  imagePullPolicy: z
    .enum(['Always', 'IfNotPresent', 'Never'])
    .optional()
    .meta({
      description:
        "When a node pulls the image. Kubernetes' own default when absent: Always for the tag latest, else IfNotPresent.",
      examples: ['IfNotPresent'],
    }),
  imagePullSecrets: z
    .array(z.string().max(253))
    .max(20)
    .optional()
    .describe('Names of Secrets in the project with which nodes pull the image.'),
  serviceAccount: z
    .string()
    .max(253)
    .optional()
    .describe(
      'The ServiceAccount of the pods, in the project. It needs no rights, and pods get no token of it.',
    ),
  secrets: z
    .strictObject({
      forge: z.string().max(253).describe('The Secret in the project with the token of the forge.'),
      model: z.string().max(253).describe('The Secret in the project with the keys of models.'),
    })
    .partial()
    .optional(),
  networkPolicy: z
    .strictObject({
      mode: z
        .enum(['managed', 'off'])
        .describe('managed: the operator applies a NetworkPolicy in each project. off: you make one.'),
      ports: z.array(port).max(50).describe('TCP ports of public addresses that pods reach.'),
      egress: z
        .array(egressRule)
        .max(100)
        .describe('Further rules, as NetworkPolicy has them, for hosts of your own network.'),
    })
    .partial()
    .optional(),
  ca: z
    .strictObject({
      configMap: z.string().max(253).describe('The ConfigMap in the project with the certificates, in PEM.'),
      key: z
        .string()
        .max(253)
        .default('ca.crt')
        .describe('The key of the ConfigMap. trust-manager and OpenShift write ca.crt or ca-bundle.crt.'),
    })
    .optional()
    .meta({
      description:
        'Certificate authorities of your own, for a private forge, mirror or model and for a proxy that opens TLS. Every stage and every tool trusts them besides the public ones.',
      examples: [{ configMap: 'company-ca', key: 'ca.crt' }],
    }),
  resources: z
    .strictObject({
      clone: stage.describe('Requests and limits of the clone stage. What is not named keeps its default.'),
      work: stage.describe('Requests and limits of the work stage, which runs the agent.'),
      prove: stage.describe('Requests and limits of the prove stage, which runs the checks.'),
      publish: stage.describe('Requests and limits of the publish stage.'),
    })
    .optional(),
  volumes: z
    .strictObject({
      pristine: quantity.describe(
        'The most that the volume of the pristine copy of the repository may hold.',
      ),
      workspace: quantity.describe(
        'The most that a volume with checkouts, dependencies and caches may hold.',
      ),
      tmp: quantity.describe("The most that each stage's /tmp may hold."),
      tools: quantity.describe('The most that the volume with the runner for an image of a task may hold.'),
    })
    .partial()
    .optional(),
  nodeSelector: labelMap.optional().describe('Labels that a node must have to run the pods.'),
  tolerations: z.array(toleration).max(50).optional().describe('Taints of nodes that the pods tolerate.'),
  runtimeClassName: z
    .string()
    .max(253)
    .optional()
    .meta({
      description: "The RuntimeClass of the pods. The cluster's own default when absent.",
      examples: ['gvisor'],
    }),
  labels: labelMap.optional().describe('Further labels of each Job and its pod. Those of bgtask win.'),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(4096))
    .optional()
    .describe(
      'Environment variables of every stage, for proxies and registries. Not for secrets: they stand in the Job.',
    ),
});
