import type { Settings } from '../../domain/settings.ts';
import type { Stage } from '../../domain/report.ts';
import { PRIORITY_LABEL, QUEUE_LABEL } from '../../engine/kubernetes/jobs/job-names.ts';
import { defaultJobConfig, type JobConfig } from '../../engine/kubernetes/jobs/job-config.ts';

/** What a cluster does by itself. */
export type ClusterTraits = Pick<JobConfig, 'assignsIds' | 'hasSidecars'>;

const kueueLabels = ({ queue, priorityClass }: Settings['kueue']): Record<string, string> => ({
  ...(queue && { [QUEUE_LABEL]: queue }),
  ...(priorityClass && { [PRIORITY_LABEL]: priorityClass }),
});

/**
 * What Jobs are made of: the settings over the program's defaults. `image` is the runner's image when the settings name none; `cluster` is what the
 * cluster does.
 */
export function jobConfigOf(
  { runner, deadline, kueue }: Settings,
  image: string,
  cluster: ClusterTraits = {},
): JobConfig {
  const base = defaultJobConfig(runner.image ?? image);
  const { image: _image, resources = {}, volumes, secrets, networkPolicy, ...rest } = runner;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const ofStage = (stage: Stage) => ({
    requests: { ...base.resources[stage].requests, ...resources[stage]?.requests },
    limits: { ...base.resources[stage].limits, ...resources[stage]?.limits },
  });
  return {
    ...base,
    ...cluster,
    ...given,
    resources: {
      clone: ofStage('clone'),
      work: ofStage('work'),
      prove: ofStage('prove'),
      publish: ofStage('publish'),
    },
    volumes: { ...base.volumes, ...volumes },
    secrets: { ...base.secrets, ...secrets },
    networkPolicy: { ...base.networkPolicy, ...networkPolicy },
    waiting: deadline.waiting,
    labels: { ...base.labels, ...runner.labels, ...kueueLabels(kueue) },
  };
}
