import { isUntrusted, type Stage } from '../../../domain/report.ts';
import { imageReports } from './image-probe.ts';
import type { JobConfig } from './job-config.ts';
import { JOB_NETWORK } from './job-network.ts';
import { CA_FILE, type Extras, GATEWAY_VARIABLES, PATH, stageVariables } from './layout.ts';

interface EnvVar {
  name: string;
  value: string;
}

/** A container's variables are expanded by the kubelet: `$$` stands for `$`. */
const literal = (value: string): string => value.replaceAll('$(', '$$$$(');

const variablesOf = (variables: Record<string, string>): EnvVar[] =>
  Object.entries(variables).map(([name, value]) => ({ name, value: literal(value) }));

/** Where the stage's credential comes from, for the sentence of one that had none. */
function secretVariable(
  stage: Stage,
  { secrets }: JobConfig,
  { model, gateway }: Extras,
): Record<string, string> {
  if (!isUntrusted(stage)) return { BGTASK_SECRET: secrets.forge };
  return (model || gateway) && stage === 'work' ? { BGTASK_SECRET: secrets.model } : {};
}

/** The NetworkPolicy that closes connections, for the sentence of one that failed. The proof connects to no host of ours. */
const networkVariable = (stage: Stage, { networkPolicy }: JobConfig): Record<string, string> =>
  networkPolicy.mode === 'managed' && stage !== 'prove' ? { BGTASK_NETWORK_POLICY: JOB_NETWORK } : {};

/** Node reads its certificates when it starts; the stage makes of them what other tools read. */
const caVariables = ({ ca }: JobConfig): Record<string, string> =>
  ca
    ? {
        NODE_EXTRA_CA_CERTS: `${PATH.ca}/${CA_FILE}`,
        BGTASK_CA: `${PATH.ca}/${CA_FILE}`,
        BGTASK_CA_SOURCE: `${ca.configMap}, key ${ca.key}`,
      }
    : {};

/** The variables of a stage's container; `image` is the task's own one, where that runs the stage. */
export const stageEnvironment = (
  stage: Stage,
  { config, extras, image }: { config: JobConfig; extras: Extras; image: string | undefined },
): EnvVar[] =>
  variablesOf({
    ...caVariables(config),
    ...config.env,
    ...stageVariables(stage, extras),
    ...secretVariable(stage, config, extras),
    ...networkVariable(stage, config),
    ...(image && imageReports(stage, image)),
  });

/** The variables of the gateway's container. */
export const gatewayEnvironment = (config: JobConfig): EnvVar[] =>
  variablesOf({ ...caVariables(config), ...config.env, ...GATEWAY_VARIABLES });
