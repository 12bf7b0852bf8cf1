import { allAgents } from '../../runner/agents/table.ts';
import { code, generated, table } from './markdown.ts';

const codes = (names: readonly string[]): string => names.map(code).join(', ');

/** docs/reference/agents.md: what each agent needs. */
export async function agentsPage(): Promise<string> {
  const rows = (await allAgents()).map(
    ({ name, label, install, tested, programVariable, keys, variables }) => [
      code(name),
      label,
      code(install),
      tested ?? '',
      codes(keys),
      code(programVariable),
      codes(variables.filter((variable) => variable !== programVariable)),
    ],
  );
  const intro = `The agents that \`--agent\` and \`agent.type\` name. An agent gets the first of its keys that is set. A program that is not on the PATH is named by its variable. The tests run the real programs in the versions named here. The further variables reach the agent as they are: addresses and switches.\n`;
  const head = ['agent', 'what it is', 'install', 'tested version', 'keys', 'program', 'further variables'];
  return [generated('Agents', 'src/runner/agents/'), intro, table(head, rows)].join('\n');
}
