import { allAgents } from '../../runner/agents/table.ts';
import { code, generated, table } from './markdown.ts';

const codes = (names: readonly string[]): string => names.map(code).join(', ');

/** docs/reference/agents.md: what each agent needs. */
export async function agentsPage(): Promise<string> {
  const rows = (await allAgents()).map(
    ({ name, label, install, tested, oldest, programVariable, keys, variables }) => [
      code(name),
      label,
      code(install),
      [oldest, tested].filter(Boolean).join(' to '),
      codes(keys),
      code(programVariable),
      codes(variables.filter((variable) => variable !== programVariable)),
    ],
  );
  const intro = `The agents that \`--agent\` and \`agent.type\` name. An agent gets the first of its keys that is set. A program that is not on the PATH is named by its variable. The tests run the real program in the newest version named here; in the oldest, a change, a repair and a refused key were seen to work. The further variables reach the agent as they are: addresses and switches.\n`;
  const head = ['agent', 'what it is', 'install', 'versions', 'keys', 'program', 'further variables'];
  return [generated('Agents', 'src/runner/agents/'), intro, table(head, rows)].join('\n');
}
