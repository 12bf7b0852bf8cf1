import { Document } from 'yaml';
import { OLDEST_MINOR, POLICIES_MINOR } from './served.ts';
import { FAMILIES } from './manifests.ts';
import type { KubernetesObject } from './object.ts';
import { defaultOptions, type InstallOptions } from './options.ts';
import { objectYaml } from './yaml.ts';

/** Files by their path in a folder. */
export type Files = Record<string, string>;

/** What stands for a value until the YAML is written: no text of the manifests holds these characters. */
const mark = (expression: string): string => `⟦${expression}⟧`;
/** Escapes braces in texts of the manifests, so that Helm does not read them as a template. */
const escaped = (yaml: string): string => yaml.replaceAll(/\{\{|\}\}/g, (braces) => `{{ "${braces}" }}`);
/** A value that is all of a scalar becomes JSON, which is YAML, whatever its type; inside a text it stands as it is. */
const templated = (yaml: string): string =>
  escaped(yaml)
    .replaceAll(/(?<=[:-] )⟦(.*?)⟧$/gm, '{{ toJson $1 }}')
    .replaceAll(/⟦(.*?)⟧/g, '{{ $1 }}');

/** A value of values.yaml. */
const value = (name: string): string => mark(`.Values.${name}`);

/**
 * The options with a template's expression for each choice. The expressions are texts where a list or a number is expected: nothing reads them
 * before they are in the YAML.
 */
function markedOptions(version: string): InstallOptions {
  const marked: Record<keyof InstallOptions, unknown> = {
    ...defaultOptions(version),
    namespace: mark('.Release.Namespace'),
    image: value('image'),
    replicas: value('replicas'),
    resources: value('resources'),
    nodeSelector: value('nodeSelector'),
    tolerations: value('tolerations'),
    imagePullSecrets: value('imagePullSecrets'),
    jobSecrets: mark('join "," .Values.jobSecrets'),
    settings: value('settings'),
    admission: mark('(include "bgtask.admission" .)'),
    server: undefined,
    choices: undefined,
  };
  return marked as unknown as InstallOptions;
}

/** Further options of a family: the webhook is one form of admission, and the server has two forms, with and without TLS. */
const MADE_WITH: Partial<Record<keyof typeof FAMILIES, Partial<InstallOptions>>> = {
  webhook: { admission: 'webhook' },
  server: { server: { replicas: value('server.replicas') as unknown as number } },
  'server-tls': {
    server: { replicas: value('server.replicas') as unknown as number, tlsSecret: value('server.tlsSecret') },
  },
};

/** Templates that stand between a condition and its end, by family. */
const WRAPPED: Partial<Record<keyof typeof FAMILIES, string>> = {
  policy: 'if hasPrefix "v1" (include "bgtask.admission" .)',
  webhook: 'if eq (include "bgtask.admission" .) "webhook"',
  config: 'if .Values.settings',
  server: 'if and .Values.server.enabled (not .Values.server.tlsSecret)',
  'server-tls': 'if and .Values.server.enabled .Values.server.tlsSecret',
};

/** What keeps users from taking the names of others, by what the cluster serves: as `install --apply` chooses it. */
const HELPERS = `{{- define "bgtask.admission" -}}
{{- if not .Values.withPolicy -}}
none
{{- else if .Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy" -}}
v1
{{- else if .Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1beta1/ValidatingAdmissionPolicy" -}}
v1beta1
{{- else -}}
webhook
{{- end -}}
{{- end -}}
`;

const template = (objects: readonly KubernetesObject[], condition?: string): string => {
  const documents = objects.map((object) => `---\n${templated(objectYaml(object))}`).join('');
  return condition ? `{{- ${condition} }}\n${documents}{{- end }}\n` : documents;
};

/** Leaves selectableFields out where the API server does not know them. */
const whereKnown = (yaml: string): string =>
  yaml.replaceAll(
    /^( *)selectableFields:\n(?:\1 *- .*\n)+/gm,
    (block) =>
      `{{- if semverCompare ">= 1.${POLICIES_MINOR}.0-0" .Capabilities.KubeVersion.Version }}\n${block}{{- end }}\n`,
  );

/** Helm leaves them when the release goes: their tasks would go with them. */
const kept = (crd: KubernetesObject): KubernetesObject => ({
  ...crd,
  metadata: {
    ...crd.metadata,
    annotations: { ...crd.metadata.annotations, 'helm.sh/resource-policy': 'keep' },
  },
});

const VALUES_HEAD = `# The options of \`bgtask install\`, with the same defaults. The namespace is the release's:
#   helm install bgtask dist/chart --namespace bgtask-system --create-namespace
`;

const COMMENTS: Record<string, string> = {
  image: ' The image that runner/Containerfile builds, where your nodes find it.',
  replicas: ' Operators; one works, the others stand by.',
  withPolicy:
    ' The admission policies (Kubernetes 1.30 and newer), or on older clusters the admission webhook of the operator. Without them a user can create tasks in the name of another user.',
  jobSecrets:
    ' Secrets that the settings name in runner.secrets; those that begin with bgtask- need not be listed.',
  server:
    ' The REST server; tlsSecret names a Secret of the type kubernetes.io/tls, and without it the server speaks HTTP.',
  crds: ' Installs and upgrades the CRDs; they stay when the release is removed.',
  settings:
    ' The settings document, a text: docs/settings.md. While it is empty, the ConfigMap bgtask-config is yours alone.',
};

function valuesYaml(version: string): string {
  const {
    namespace: _,
    admission: _admission,
    selectableFields: _fields,
    settings,
    ...defaults
  } = defaultOptions(version);
  const server = { enabled: false, replicas: 1, tlsSecret: '' };
  const document = new Document(
    { ...defaults, withPolicy: true, crds: true, server, settings },
    { aliasDuplicateObjects: false },
  );
  const { contents } = document;
  if (contents && 'items' in contents)
    for (const { key } of contents.items as { key: { value: string; commentBefore?: string } }[]) {
      const comment = COMMENTS[key.value];
      if (comment) key.commentBefore = comment;
    }
  return `${VALUES_HEAD}${document.toString({ lineWidth: 0, indentSeq: false })}`;
}

const chartYaml = (version: string): string =>
  new Document({
    apiVersion: 'v2',
    name: 'bgtask',
    description: 'Hands coding chores to agents that work in the background, proven, as pull requests.',
    type: 'application',
    version,
    appVersion: version,
    kubeVersion: `>= 1.${OLDEST_MINOR}.0-0`,
  }).toString({ lineWidth: 0 });

/** A Helm chart of the same manifests. The namespace is the release's, so the chart makes none. */
export function chart(crds: readonly KubernetesObject[], version: string): Files {
  const options = markedOptions(version);
  const files: Files = {
    'Chart.yaml': chartYaml(version),
    'values.yaml': valuesYaml(version),
    'templates/_helpers.tpl': HELPERS,
    'templates/crds.yaml': whereKnown(template(crds.map(kept), 'if .Values.crds')),
  };
  for (const name of Object.keys(FAMILIES) as (keyof typeof FAMILIES)[]) {
    if (name === 'namespace') continue;
    files[`templates/${name}.yaml`] = template(
      FAMILIES[name]({ ...options, ...MADE_WITH[name] }),
      WRAPPED[name],
    );
  }
  return files;
}
