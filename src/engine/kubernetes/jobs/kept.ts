import type { JobObject, PodContainer, PodObject } from './objects.ts';

/** A Job without what nobody reads of it: its pod's template is most of it. */
export function keptOfJob({ apiVersion, kind, metadata, spec, status }: JobObject): JobObject {
  const { suspend, activeDeadlineSeconds } = spec ?? {};
  return { apiVersion, kind, metadata, spec: { suspend, activeDeadlineSeconds }, status };
}

const container = ({ name, image, resources }: PodContainer): PodContainer => ({
  name,
  image,
  resources: { limits: resources?.limits },
});

/** A pod without what nobody reads of it: its input and most of its spec. */
export function keptOfPod({ metadata, spec, status }: PodObject): PodObject {
  return {
    metadata: { ...metadata, annotations: undefined, labels: undefined },
    spec: {
      nodeName: spec?.nodeName,
      initContainers: spec?.initContainers?.map(container),
      containers: spec?.containers?.map(container),
    },
    status,
  };
}
