// What hostile code in the work stage would try. Prints one line an attempt: `reach NAME yes WHAT` or `reach NAME no`.
// The argument is JSON; the token in it is written backwards, so that no attempt finds it in the probe's own words.
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';

const given = JSON.parse(process.argv[2]);
const token = [...given.nekot].reverse().join('');
const scratch = mkdtempSync('/tmp/probe-');

const quiet = (action) => {
  try {
    return action();
  } catch {
    return undefined;
  }
};
const run = (file, args, input) =>
  execFileSync(file, args, { cwd: scratch, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
const list = (folder) => quiet(() => readdirSync(folder).filter((name) => !name.startsWith('..'))) ?? [];
const read = (path) => quiet(() => readFileSync(path, 'latin1')) ?? '';
const first = (items, test) => items.find((item) => quiet(() => test(item)));
const pids = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name));
const processes = (file, test) => first(pids(), (pid) => test(read(`/proc/${pid}/${file}`)));
const readLink = (path) => quiet(() => readlinkSync(path)) ?? '';
const status = (field) => new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(read('/proc/self/status'))?.[1] ?? '';
const writable = (paths) =>
  first(paths, (path) => {
    writeFileSync(path, 'probe');
    return true;
  });

/** Where an image has nothing but what its packages put there, and what is no file. */
const SKIPPED = new Set([
  '/proc',
  '/sys',
  '/dev',
  '/usr/lib',
  '/usr/share',
  '/usr/local/lib',
  '/usr/bin',
  scratch,
]);

function fileWith(text, folder = '/') {
  for (const entry of quiet(() => readdirSync(folder, { withFileTypes: true })) ?? []) {
    const path = join(folder, entry.name);
    if (SKIPPED.has(path) || entry.isSymbolicLink()) continue;
    const found = entry.isDirectory()
      ? fileWith(text, path)
      : quiet(() => statSync(path).size < 8e6) && read(path).includes(text) && path;
    if (found) return found;
  }
  return undefined;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A path of the API server that answers 200, without a token or with any that lies about. */
async function apiServer() {
  const tokens = [undefined, read(`${SERVICE_ACCOUNT}/token`), token];
  const paths = ['secrets', 'pods', 'configmaps'].map(
    (kind) => `/api/v1/namespaces/${given.project}/${kind}`,
  );
  for (const path of paths) for (const bearer of tokens) if ((await get(path, bearer)) === 200) return path;
  return undefined;
}

const get = (path, bearer) =>
  new Promise((resolve) => {
    const headers = bearer ? { authorization: `Bearer ${bearer}` } : {};
    const options = { host: given.api, port: 443, path, headers, rejectUnauthorized: false, timeout: 5000 };
    request(options, (answer) => resolve(answer.resume().statusCode))
      .on('error', (error) => resolve(error.code))
      .on('timeout', () => resolve('timeout'))
      .end();
  });

const git = (...args) =>
  run('git', ['-c', 'http.sslVerify=false', '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);

function push() {
  git('init', '--quiet');
  git('commit', '--quiet', '--allow-empty', '-m', 'Stolen');
  git('push', '--quiet', given.repository, `HEAD:refs/heads/${given.branch}`);
  return given.branch;
}

/** Asks every Node process but this one to open its debugger, and looks for one. */
async function openDebugger() {
  const others = pids().filter(
    (pid) => pid !== String(process.pid) && readLink(`/proc/${pid}/exe`).endsWith('node'),
  );
  for (const pid of others) quiet(() => process.kill(Number(pid), 'SIGUSR1'));
  for (let tries = 0; tries < 20; tries += 1) {
    if (await listens(9229)) return others.join(' ');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return undefined;
}

const listens = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.unref();
  });

function opened(path) {
  closeSync(openSync(path, 'r+'));
  return path;
}

const ATTEMPTS = {
  'own-environment': () => JSON.stringify(process.env).includes(token) && 'env',
  'other-environments': () => processes('environ', (text) => text.includes(token)),
  'command-lines': () => processes('cmdline', (text) => text.includes(token)),
  'any-file': () => fileWith(token),
  'forge-secret': () => list('/var/run/secrets/bgtask/forge')[0],
  'model-secret': () => list('/var/run/secrets/bgtask/model')[0],
  'service-account': () => list(SERVICE_ACCOUNT)[0],
  'api-server': apiServer,
  'pristine-copy': () => existsSync('/bgtask/pristine') && '/bgtask/pristine',
  'pristine-elsewhere': () => first(pids(), (pid) => existsSync(`/proc/${pid}/root/bgtask/pristine`)),
  'other-containers': () =>
    processes('cmdline', (text) => /\/pause|runner\0(clone|publish)|canary-of-another/.test(text)),
  'stage-debugger': openDebugger,
  'runtime-socket': () => first(['/run/containerd', '/var/run/docker.sock', '/run/crio'], existsSync),
  'git-credential': () => {
    const { protocol, host } = new URL(given.repository);
    const asked = `protocol=${protocol.slice(0, -1)}\nhost=${host}\n\n`;
    return (
      /^password=/m.test(run('git', ['-c', 'core.askPass=false', 'credential', 'fill'], asked)) && 'password'
    );
  },
  'git-configuration': () => /helper|extraheader/i.test(run('git', ['config', '--list'])) && 'configured',
  'git-push': push,
  mount: () => (run('mount', ['-t', 'tmpfs', 'none', scratch]), 'mounted'),
  namespaces: () => (run('unshare', ['--user', '--map-root-user', '--mount', 'true']), 'unshared'),
  'root-user': () => (process.setuid(0), 'root'),
  'setuid-programs': () => status('NoNewPrivs') !== '1' && 'may gain privileges',
  capabilities: () => /[1-9a-f]/.test(status('CapEff') + status('CapBnd')) && status('CapEff'),
  'system-calls': () => status('Seccomp') === '0' && 'unfiltered',
  'kernel-settings': () => first(['/proc/sysrq-trigger', '/proc/sys/kernel/core_pattern'], opened),
  devices: () => (run('mknod', [join(scratch, 'disk'), 'b', '7', '0']), 'made'),
  'root-file-system': () => writable(['/probe', '/etc/probe', '/usr/local/bin/probe', '/var/probe']),
  'runner-program': () => writable(['/opt/bgtask/probe', '/bgtask/tools/probe', '/bgtask/tools/main.js']),
  'task-input': () => writable(['/bgtask/input/input.json', '/bgtask/input/probe']),
};

for (const [name, attempt] of Object.entries(ATTEMPTS)) {
  let reached;
  try {
    reached = await attempt();
  } catch {
    // It was refused.
  }
  console.log(`reach ${name} ${reached ? `yes ${reached}` : 'no'}`);
}
