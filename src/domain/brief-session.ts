import { LABEL, RETRY_COUNT_ANNOTATION } from '../api/names.ts';
import type { AgenticSession } from '../api/types.ts';

/** Returns the entries that have these names. */
const only = (names: readonly string[], entries: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (entries[name] === undefined ? [] : [[name, entries[name]]])));

type Metadata = AgenticSession['metadata'];

/** Returns the fields of metadata that the API server sets, and the name. */
export const systemMetadata = (metadata: Metadata): Metadata => {
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp } = metadata;
  return { name, namespace, uid, resourceVersion, generation, creationTimestamp };
};

/** Returns the metadata that the product reads. Others may write any number of further labels and annotations, of 256 KiB in all. */
export const briefMetadata = (metadata: Metadata): Metadata => ({
  ...systemMetadata(metadata),
  labels: only(Object.values(LABEL), metadata.labels),
  annotations: only([RETRY_COUNT_ANNOTATION], metadata.annotations),
});

/** What a list of tasks shows of a session: some hundred bytes of one that may have a megabyte. Instructions, parameters, checks and the log are left out. */
export function briefSession({ apiVersion, kind, metadata, spec, status }: AgenticSession): AgenticSession {
  const { mode, repos, userContext, retryOf }: Partial<AgenticSession['spec']> = spec ?? {};
  const url = repos?.[0]?.input?.url;
  const prUrl = status?.repos?.[0]?.prUrl;
  return {
    apiVersion,
    kind,
    metadata: briefMetadata(metadata),
    spec: {
      mode,
      ...(url && { repos: [{ input: { url } }] }),
      userContext: { userId: userContext?.userId ?? '' },
      ...(retryOf && { retryOf }),
    },
    ...(status && {
      status: {
        phase: status.phase,
        progress: status.progress,
        currentPhase: status.currentPhase,
        reason: status.reason,
        ...(prUrl && { repos: [{ prUrl }] }),
      },
    }),
  };
}
