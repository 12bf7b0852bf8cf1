import { randomBytes } from 'node:crypto';

/** Someone whom the API server knows by a token. */
export interface TestUser {
  name: string;
  groups?: string[];
}

/** Users of every cluster. `admin` may do all; the others may do what a test's RBAC gives them. */
export const USERS: readonly TestUser[] = [
  { name: 'admin', groups: ['system:masters'] },
  { name: 'user@example.com' },
  { name: 'kube:admin' },
  { name: 'alice' },
  { name: 'bob' },
];

/** The cluster's own programs; Kubernetes ships their RBAC rules. */
export const COMPONENTS: readonly TestUser[] = [
  { name: 'system:kube-controller-manager' },
  { name: 'system:kube-scheduler' },
  { name: 'system:kube-proxy' },
  { name: 'system:node:node', groups: ['system:nodes'] },
];

/** A random token for each user: other people of this machine may reach the API server's port. */
export const tokensFor = (users: readonly TestUser[]): Record<string, string> =>
  Object.fromEntries(users.map(({ name }) => [name, `test-${randomBytes(16).toString('hex')}`]));

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** The API server's --token-auth-file: token, user, uid, and groups where there are any. */
export const tokenFile = (users: readonly TestUser[], tokens: Record<string, string>): string =>
  users
    .map(({ name, groups = [] }, index) =>
      [tokens[name] ?? '', name, `uid-${index}`, ...(groups.length > 0 ? [groups.join(',')] : [])]
        .map(quoted)
        .join(','),
    )
    .join('\n');

/** How a program reaches a cluster as one user. */
export interface Access {
  url: string;
  /** PEM */
  ca: string;
  token: string;
}

/** The text of a kubeconfig with one context. */
export const kubeconfigText = ({ url, ca, token }: Access): string =>
  JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      clusters: [
        {
          name: 'test',
          cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
        },
      ],
      users: [{ name: 'test', user: { token } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'default' } }],
    },
    null,
    2,
  );
