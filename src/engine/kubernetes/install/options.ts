import { BgtaskError } from '../../../domain/errors.ts';
import { isDnsLabel } from '../../../api/names.ts';
import type { Served } from './served.ts';
import { NAMES } from './object.ts';

/** The REST server. */
export interface ServerOptions {
  replicas: number;
  /** A Secret of the type kubernetes.io/tls in the installation's namespace. */
  tlsSecret?: string;
}

/** CPU and memory as Kubernetes quantities. */
interface Resources {
  requests?: Record<string, string>;
  limits?: Record<string, string>;
}

/** Everything about an installation that is a choice. */
export interface InstallOptions extends Served {
  namespace: string;
  /** The image of the operator and, unless the settings say otherwise, of the runner. */
  image: string;
  /** Operators; one of them works, the others wait for its lease. */
  replicas: number;
  resources: Resources;
  nodeSelector: Record<string, string>;
  tolerations: Record<string, unknown>[];
  imagePullSecrets: { name: string }[];
  /** Names of Secrets that Jobs mount; those that begin with `bgtask-` need not be listed. */
  jobSecrets: string[];
  /** Absent: no server. */
  server?: ServerOptions;
  /** What was chosen, for the next installation: the value of CHOICES_ANNOTATION. */
  choices?: string | undefined;
  /** The settings document, YAML; empty when none is given: the manifests then hold no ConfigMap, which stays the platform team's own. */
  settings: string;
}

/** The image's name as its build gives it; where it is pushed to is the installer's matter. */
const defaultImage = (version: string): string => `bgtask:${version}`;

/** The options when nothing is asked for. `version` is the package's. */
export const defaultOptions = (version: string): InstallOptions => ({
  namespace: NAMES.namespace,
  image: defaultImage(version),
  replicas: 1,
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
  nodeSelector: {},
  tolerations: [],
  imagePullSecrets: [],
  admission: 'v1',
  selectableFields: true,
  jobSecrets: [],
  settings: '',
});

/** No white space, no control characters: the rest is the registry's matter. */
const IMAGE = /^[\w][\w./:@-]{0,511}$/;
/** More operators than nodes that could hold them is a slip of the finger. */
const MOST_REPLICAS = 10;

const isCount = (replicas: number): boolean =>
  Number.isInteger(replicas) && replicas >= 1 && replicas <= MOST_REPLICAS;
/** A DNS subdomain, as names of Secrets are (RFC 1123). */
const SECRET = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** The most characters of a namespace's name. */
const NAMESPACE_MAX = 63;

/** Throws Invalid for options that no cluster would take. */
export function checkOptions({ namespace, image, replicas, jobSecrets, server }: InstallOptions): void {
  if (!isDnsLabel(namespace, NAMESPACE_MAX))
    throw new BgtaskError(
      'Invalid',
      `"${namespace}" is not a valid name of a namespace: use lower-case letters, digits and -, at most ${NAMESPACE_MAX} characters.`,
    );
  if (!IMAGE.test(image))
    throw new BgtaskError('Invalid', `"${image}" is not a valid name of an image.`, {
      hint: 'For example: --image example.com/team/bgtask:1.0',
    });
  if (!isCount(replicas))
    throw new BgtaskError(
      'Invalid',
      `replicas must be a whole number from 1 to ${MOST_REPLICAS}; one works, the others stand by.`,
    );
  if (server && !isCount(server.replicas))
    throw new BgtaskError(
      'Invalid',
      `replicas of the server must be a whole number from 1 to ${MOST_REPLICAS}.`,
    );
  const secrets = [...jobSecrets, ...(server?.tlsSecret === undefined ? [] : [server.tlsSecret])];
  const odd = secrets.find((name) => !SECRET.test(name));
  if (odd !== undefined) throw new BgtaskError('Invalid', `"${odd}" is not a valid name of a Secret.`);
}
