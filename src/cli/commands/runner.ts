import { BgtaskError } from '../../domain/errors.ts';
import { type Stage, STAGES } from '../../domain/report.ts';
import type { Setup } from '../command.ts';
import { privateUmask } from '../private-umask.ts';

const isStage = (word: string): word is Stage => (STAGES as readonly string[]).includes(word);

export const setup: Setup = (command, context, exit) => {
  command.argument('<stage>', STAGES.join(', ')).action(async (stage: string) => {
    privateUmask();
    if (stage === 'gateway')
      return exit(await (await import('../../runner/gateway/pod-gateway.ts')).servePodGateway(context.env));
    if (stage === 'keep') return (await import('../../runner/salvage.ts')).salvage(context.env);
    if (!isStage(stage))
      throw new BgtaskError('Usage', `invalid stage "${stage}".`, {
        hint: `The stages are ${STAGES.join(', ')}.`,
      });
    const { claimStage, readSecrets } = await import('../../engine/local/jobs/claim.ts');
    const { readPodSecrets } = await import('../../runner/secret-files.ts');
    (await import('../../runner/inherited.ts')).closeInherited();
    const { loadStage, runStage } = await import('../../runner/run-stage.ts');
    // Before its input is read: the local engine starts this process early, and gives it the sign to begin by the input.
    await loadStage(stage);
    const folder = context.env['BGTASK_JOB_DIR'];
    const secrets = folder ? await readSecrets() : await readPodSecrets(stage, context.env);
    if (folder) claimStage(folder, stage);
    exit(await runStage(stage, secrets, context.env));
  });
};
