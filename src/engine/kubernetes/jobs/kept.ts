import type { JobObject, PodContainer, PodObject } from './objects.ts';

/** A Job with only the fields that the operator reads: its pod template, which is most of its size, is left out. */
export function keptOfJob({ apiVersion, kind, metadata, spec, status }: JobObject): JobObject {
  const { suspend, activeDeadlineSeconds } = spec ?? {};
  return { apiVersion, kind, metadata, spec: { suspend, activeDeadlineSeconds }, status };
}

const container = ({ name, image, resources }: PodContainer): PodContainer => ({
  name,
  image,
  resources: { limits: resources?.limits },
});

/** A pod with only the fields that the operator reads: its input and most of its spec are left out. */
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
