import { Argument } from 'commander';
import { helpText, type Setup } from '../command.ts';
import { SCRIPTS, type Shell, SHELLS } from '../completion/scripts.ts';

const NOTES = `To load it:
  bash   source <(bgtask completion bash)                                   (in ~/.bashrc)
  zsh    source <(bgtask completion zsh)                                    (in ~/.zshrc, after compinit)
  fish   bgtask completion fish > ~/.config/fish/completions/bgtask.fish

"kubectl bgtask" completes through kubectl's own completion, with kubectl_complete-bgtask on the PATH.`;

export const setup: Setup = (command, context) => {
  command
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .addHelpText('after', helpText({ program: 'bgtask' }, ['completion bash'], NOTES))
    .action((shell: Shell) => context.out(SCRIPTS[shell]));
};
