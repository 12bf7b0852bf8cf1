import type { Setup } from '../command.ts';
import type { GlobalOptions } from '../context.ts';
import { packageVersion } from '../../package-root.ts';

export const setup: Setup = (command, context, exit) => {
  command
    .option('--kubeconfig <file>', 'the kubeconfig file; in a pod its own account is used')
    .option('--context <name>', "the kubeconfig's context")
    .addHelpText(
      'after',
      '\nRuns until it is told to end. Its log is one JSON object a line on standard output.',
    )
    .action(async (options: GlobalOptions) => {
      const { runOperator } = await import('../../operator/cluster/run-operator.ts');
      const log = (message: string, fields: Record<string, unknown>): void =>
        context.out(
          `${JSON.stringify({ time: context.now().toISOString(), level: fields['error'] === undefined ? 'info' : 'error', message, ...fields })}\n`,
        );
      exit(
        await runOperator({
          env: context.env,
          signal: context.signal,
          log,
          kubeconfig: options.kubeconfig,
          context: options.context,
          version: packageVersion(),
        }),
      );
    });
};
