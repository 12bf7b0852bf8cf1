import assert from 'node:assert/strict';
import { type Attack, BREAK, EDIT, LEAK } from '../attack.ts';
import { noLeak, onlyEdit } from './held.ts';

/** Waits, at most a second, until a file is there: for what a process of another phase does. */
const until = (file: string): string =>
  `for i in 1 2 3 4 5 6 7 8 9 10; do [ -e ${file} ] && break; sleep 0.1; done`;

/** The pids of the task's own programs: those of its runner and its supervisor. */
const OURS = (state: string): string =>
  `for p in /proc/[0-9]*; do tr '\\0' '\\n' < $p/environ 2>/dev/null | grep -q '^BGTASK_.*=${state}' && grep -q main.js $p/cmdline && echo \${p#/proc/}; done`;

/** Processes that live too long, and the hand on other processes. */
export const PROCESSES: readonly Attack[] = [
  {
    name: 'a daemon with a cleared environment outlives the task',
    outcome: 'stopped by the room: its processes end with it',
    needs: 'room',
    run: ({ mark, loot }) =>
      `env -i setsid sh -c 'sleep 600; echo ${mark} > ${loot}' >/dev/null 2>&1 & ${EDIT}`,
    held: onlyEdit,
  },
  {
    name: '200 sleepers in sessions of their own',
    outcome: 'stopped by the room: its processes end with it',
    run: ({ mark }) =>
      `for i in $(seq 200); do setsid sh -c 'sleep 600; : ${mark}' >/dev/null 2>&1 & done; ${EDIT}`,
    held: onlyEdit,
  },
  {
    name: 'a process that closed its output and ignores signals',
    outcome: 'stopped by the room: its processes end with it',
    run: ({ mark }) =>
      `(trap '' TERM HUP INT; exec >&- 2>&- <&-; while :; do sleep 600; : ${mark}; done) & ${EDIT}`,
    held: onlyEdit,
  },
  {
    name: 'an install script leaves a process that edits a file after the agent',
    outcome: 'stopped by the room: each command has one of its own',
    needs: 'room',
    files: {
      '.bgtask.yaml': ({ mark }) =>
        JSON.stringify({
          install: `env -i setsid sh -c 'while [ ! -e build/began ]; do sleep 0.05; done; echo planted >> README.md; touch build/planted; sleep 600; : ${mark}' >/dev/null 2>&1 & :`,
          format: [],
          checks: [{ name: 'test', kind: 'test', run: 'sh scripts/test.sh' }],
        }),
    },
    run: `${EDIT}; mkdir -p build; touch build/began; ${until('build/planted')}`,
    held: onlyEdit,
  },
  {
    name: 'kill -9 of the runner and the supervisor, by their files and their names',
    outcome: 'stopped by the room: other processes and their files are not there',
    needs: 'room',
    run: ({ state }) =>
      `${EDIT}; kill -9 $(sed 's/[^0-9]*\\([0-9]*\\).*/\\1/' ../../work.pid) $(${OURS(state)}) 2>/dev/null; :`,
    held: onlyEdit,
  },
  {
    name: 'kill -9 of the program that its room started first',
    outcome: 'stopped by the room: a task that loses its agent has failed',
    needs: 'room',
    run: `${EDIT}; kill -9 $PPID; sleep 600`,
    held: ({ status, pushed }) => {
      assert.equal(status.phase, 'Failed');
      assert.equal(pushed, undefined);
    },
  },
  {
    name: 'SIGSTOP to the runner and the supervisor',
    outcome: 'stopped by the room: other processes are not there',
    needs: 'room',
    roomOnly: true,
    run: ({ state }) => `${EDIT}; kill -STOP $(${OURS(state)}) 2>/dev/null; :`,
    held: onlyEdit,
  },
  {
    name: 'SIGTERM to its own group and to that of its parent',
    outcome: 'stopped by the room: a task that loses its agent has failed',
    run: `${BREAK}; kill -TERM 0`,
    held: ({ status, pushed }) => {
      assert.equal(status.phase, 'Failed');
      assert.equal(pushed, undefined);
    },
  },
  {
    name: 'the processes of bgtask are listed',
    together: 'processes',
    outcome: 'stopped by the room: it has process ids of its own',
    needs: 'room',
    run: ({ state }) => `${EDIT}; for p in $(${OURS(state)}); do echo "runs $p" >> ${LEAK}; done`,
    held: noLeak,
  },
  {
    name: 'ptrace of its parents',
    together: 'processes',
    outcome: 'stopped by the room: other processes are not there',
    needs: 'room',
    files: { 'attach.py': 'import ctypes, sys\nlibc = ctypes.CDLL(None, use_errno=True)\nprint("attached" if libc.ptrace(0x4206, int(sys.argv[1]), 0, 0) == 0 else "refused")\n' }, // prettier-ignore
    run: ({ state }) => `${EDIT}; for p in $(${OURS(state)}); do python3 attach.py $p | grep attached >> ${LEAK}; done; [ -s ${LEAK} ] || rm -f ${LEAK}`, // prettier-ignore
    held: noLeak,
  },
  {
    name: "the supervisor's memory through /proc/PID/mem",
    together: 'processes',
    outcome: 'stopped by the room: other processes are not there',
    needs: 'room',
    files: {
      'memory.mjs': `import { closeSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
const [canary, ...pids] = process.argv.slice(2);
const wanted = Buffer.from(canary.split('').reverse().join(''));
for (const pid of pids) {
  const mem = openSync(\`/proc/\${pid}/mem\`, 'r');
  for (const line of readFileSync(\`/proc/\${pid}/maps\`, 'utf8').split('\\n')) {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    const size = parseInt(to, 16) - parseInt(from, 16);
    if (!(size > 0 && size < 33554432)) continue;
    const bytes = Buffer.alloc(size);
    try { readSync(mem, bytes, 0, size, parseInt(from, 16)); } catch { continue; }
    if (bytes.includes(wanted)) { writeFileSync('${LEAK}', wanted); process.exit(0); }
  }
  closeSync(mem);
}
`,
    },
    // The canary goes in backwards, so that the program itself does not hold it.
    run: ({ state, canaries }) => `${EDIT}; node memory.mjs ${canaries.forge.split('').reverse().join('')} $(${OURS(state)}) 2>/dev/null; :`, // prettier-ignore
    held: noLeak,
  },
  {
    name: 'the environments of all processes',
    together: 'processes',
    outcome: 'stopped by the room: other processes are not there',
    needs: 'room',
    run: ({ mark }) => `${EDIT}; for p in /proc/[0-9]*; do tr '\\0' '\\n' < $p/environ 2>/dev/null | grep -q ${mark} && tr '\\0' '\\n' < $p/environ | grep canary- >> ${LEAK}; done; :`, // prettier-ignore
    held: noLeak,
  },
  {
    name: "files through another process's root",
    together: 'processes',
    outcome: 'stopped by the room: other processes are not there',
    needs: 'room',
    run: ({ home }) => `${EDIT}; for p in /proc/[0-9]*; do cat $p/root${home}/.ssh/id_ed25519 >> ${LEAK} 2>/dev/null && break; done; [ -s ${LEAK} ] || rm -f ${LEAK}`, // prettier-ignore
    held: noLeak,
  },
  {
    name: "the runner's own log through /proc/PID/fd",
    together: 'processes',
    outcome: 'stopped by the room: other processes are not there',
    needs: 'room',
    run: ({ state }) => `${EDIT}; for p in $(${OURS(state)}); do echo 'FORGED-LINE by the runner' 2>/dev/null > /proc/$p/fd/1; done; :`, // prettier-ignore
    held: ({ log }) => assert.doesNotMatch(log, /FORGED-LINE by/),
  },
  {
    name: 'files that it inherits open',
    together: 'processes',
    outcome: 'stopped by the runner: it passes on three pipes and nothing else',
    files: { 'open.py': `import os\nfor fd in os.listdir('/proc/self/fd'):\n    if int(fd) > 2 and os.path.exists(f'/proc/self/fd/{fd}'):\n        open('${LEAK}', 'a').write(os.readlink(f'/proc/self/fd/{fd}'))\n` }, // prettier-ignore
    run: `${EDIT}; python3 open.py`,
    held: noLeak,
  },
  {
    name: 'keys typed into the terminal of the person (TIOCSTI)',
    together: 'processes',
    outcome: 'stopped by the runner: its commands are in a session without a terminal',
    files: { 'type.py': 'import fcntl, termios\nwith open("/dev/tty", "w") as tty:\n    fcntl.ioctl(tty, termios.TIOCSTI, b"x")\nprint("typed")\n' }, // prettier-ignore
    run: `${EDIT}; python3 type.py > ${LEAK} 2>/dev/null; [ -s ${LEAK} ] || rm -f ${LEAK}`,
    held: noLeak,
  },
];
