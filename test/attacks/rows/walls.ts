import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Attack, EDIT, LEAK, write } from '../attack.ts';
import { noLeak, onlyEdit } from './held.ts';

/** Leaves a word in the change when a command succeeds. */
const when = (command: string): string =>
  `${EDIT}; { ${command}; } >/dev/null 2>&1 && echo it worked > ${LEAK}; :`;

/** A file of the person that a shared folder holds, and the variable by which programs find the folder. */
const SHARED: readonly [folder: string, file: string][] = [
  ['.npm', '_cacache/index-v5/aa/entry'],
  ['.cache/pip', 'http/entry'],
  ['go/pkg/mod', 'cache/download/sums.zip'],
  ['.cargo/registry/cache', 'index/sums.crate'],
  ['.m2/repository', 'sums/sums.jar'],
]; // prettier-ignore

/** Caches of the person that a task uses and must not change. */
const CACHES: readonly Attack[] = SHARED.map(([folder, file]) => ({
  name: `a poisoned file in ~/${folder}`,
  together: 'walls',
  outcome: 'stopped by the layers of the room: what is changed there stays in the task',
  needs: 'room',
  before: async ({ home }) => {
    await mkdir(dirname(`${home}/${folder}/${file}`), { recursive: true });
    await writeFile(`${home}/${folder}/${file}`, 'as the person has it');
  },
  run: ({ home }) => `${EDIT}; for d in ${home}/${folder} $HOME/${folder}; do echo poison > $d/${file}; echo poison > $d/new; done 2>/dev/null; :`,
  held: async (seen, { home }) => {
    assert.equal(await readFile(`${home}/${folder}/${file}`, 'utf8'), 'as the person has it');
    assert.ok(!existsSync(`${home}/${folder}/new`));
    await onlyEdit(seen);
  },
})); // prettier-ignore

/** The walls of the room itself. */
export const WALLS: readonly Attack[] = [
  ...CACHES,
  {
    name: 'a file next to the checkout of the person',
    together: 'walls',
    outcome: 'stopped by the room: only its own folders can be written',
    needs: 'room',
    run: ({ loot, repository }) => `${EDIT}; { echo x > ${loot}; echo x > ${repository}/.git/hooks/post-commit; } 2>/dev/null; :`,
    held: async (seen, { repository }) => { assert.ok(!existsSync(`${repository}/.git/hooks/post-commit`)); await onlyEdit(seen); },
  },
  {
    name: 'main of the repository that the task came from is moved',
    together: 'walls',
    outcome: 'stopped by the room: the repository is not there',
    needs: 'room',
    run: ({ repository }) => `${EDIT}; git -c user.name=a -c user.email=a@example.com commit -qam direct; git push -q ${repository} HEAD:refs/heads/evil 2>/dev/null; git --git-dir=${repository}/.git branch evil main 2>/dev/null; :`,
    held: onlyEdit,
  },
  {
    name: 'files of the system',
    together: 'walls',
    outcome: 'stopped by the room: the system is read-only',
    needs: 'room',
    run: ({ mark }) => when(`touch /etc/${mark} /usr/local/bin/${mark} /opt/${mark}; ls /etc/${mark} /usr/local/bin/${mark} /opt/${mark}; found=$?; rm -f /etc/${mark} /usr/local/bin/${mark} /opt/${mark}; [ $found = 0 ]`),
    held: noLeak,
  },
  {
    name: "the agent's own program is rewritten",
    together: 'walls',
    outcome: 'stopped by the room: folders of programs are read-only',
    needs: 'room',
    before: async ({ home, machine }) => {
      await mkdir(`${home}/bin`, { recursive: true });
      await writeFile(`${home}/bin/tool`, 'as it was', { mode: 0o755 });
      machine.env['PATH'] = `${machine.env['PATH']}:${home}/bin`;
    },
    run: ({ home }) => `${EDIT}; { echo evil > ${home}/bin/tool; echo evil > ${home}/bin/node; } 2>/dev/null; :`,
    held: async (seen, { home }) => {
      assert.equal(await readFile(`${home}/bin/tool`, 'utf8'), 'as it was');
      assert.ok(!existsSync(`${home}/bin/node`));
      await onlyEdit(seen);
    },
  },
  {
    name: 'a user namespace inside',
    together: 'walls',
    outcome: 'stopped by the room: it refuses new namespaces',
    needs: 'room',
    run: when('unshare --user --map-root-user true'),
    held: noLeak,
  },
  {
    name: 'a mount inside, and base.git mounted again for writing',
    together: 'walls in a room alone',
    outcome: 'stopped by the room: its programs have no capabilities',
    needs: 'room',
    roomOnly: true,
    run: when('mkdir -p $HOME/m && mount -t tmpfs none $HOME/m || mount -o remount,rw,bind ../base.git'),
    held: noLeak,
  },
  {
    name: 'a device file of the disk',
    together: 'walls',
    outcome: 'stopped by the room: its programs have no capabilities',
    needs: 'room',
    run: when('mknod $HOME/zero c 1 5 && head -c 1 $HOME/zero'),
    held: noLeak,
  },
  {
    name: 'a setting of the kernel',
    together: 'walls',
    outcome: 'stopped by the room: /proc/sys is read-only',
    needs: 'room',
    // The value that it has already: nothing changes where it works.
    run: when('v=$(cat /proc/sys/kernel/core_pattern) && echo "$v" > /proc/sys/kernel/core_pattern'),
    held: noLeak,
  },
  {
    name: 'a root that is changed',
    together: 'walls',
    outcome: 'stopped by the room: its programs have no capabilities',
    needs: 'room',
    run: when('chroot / true'),
    held: noLeak,
  },
  {
    name: 'another user',
    together: 'walls',
    outcome: 'stopped by the room: it has one user',
    needs: 'room',
    run: when(`python3 -c 'import os; os.setgroups([]); os.setuid(12345)'`),
    held: noLeak,
  },
  {
    name: 'an immutable file, which no user could remove',
    together: 'walls in a room alone',
    outcome: 'stopped by the room: its programs have no capabilities',
    needs: 'room',
    roomOnly: true,
    run: when('echo x > $HOME/stays && chattr +i $HOME/stays'),
    held: noLeak,
  },
  {
    name: 'base.git is written',
    together: 'walls',
    outcome: 'stopped by the room: base.git is read-only',
    needs: 'room',
    run: when('touch ../base.git/written'),
    held: noLeak,
  },
  {
    name: "the status of the room, by which its end is known",
    outcome: 'stopped by the room: its programs do not inherit it',
    files: { 'forge.py': `import glob, os\nfor fd in glob.glob('/proc/[0-9]*/fd/3'):\n    try:\n        with open(fd, 'w') as out:\n            out.write('{ "exit-code": 0 }\\n')\n        print('forged ' + fd)\n    except OSError:\n        pass\n` },
    // Only where it has processes of its own: no other descriptor is touched.
    run: `echo 'export const add = (a, b) => a - b;' > add.mjs; echo '[ "$(cat /proc/1/comm)" = bwrap ] && python3 forge.py; exit 1' >> scripts/test.sh`,
    held: ({ status, pushed, log }) => { assert.equal(status.phase, 'Failed'); assert.equal(pushed, undefined); assert.doesNotMatch(log, /^forged /m); },
  },
  {
    name: 'a folder that cannot be entered or removed',
    outcome: 'stopped by the cleaner: it gives itself the right',
    run: `${EDIT}; mkdir -p build/a/b; touch build/a/b/c; chmod 000 build/a/b build/a; chmod 500 $HOME`,
    held: onlyEdit,
  },
  {
    name: '2,000 folders in each other',
    outcome: 'stopped by the snapshot and the cleaner: what no path leads to is left out, and removed',
    run: `${EDIT}; ${write('$HOME/deep.py', 'import os\nfor _ in range(2000):\n    os.mkdir("abcdefgh")\n    os.chdir("abcdefgh")\nopen("end", "w").close()')}mkdir build; cd build; python3 $HOME/deep.py`,
    held: onlyEdit,
  },
  {
    name: 'pipes, sockets and links to devices in the checkout',
    outcome: 'stopped by the snapshot: only files and links are part of a change',
    run: `${EDIT}; mkfifo pipe package.json setup.py; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("sock")'; ln -s /dev/zero zero; ln -s /dev/zero Makefile; ln -s /proc/self/mem go.mod`,
    held: (seen) => { assert.ok(!seen.pushed?.includes('pipe') && !seen.pushed?.includes('sock')); },
  },
  {
    name: 'a file of 1 TB',
    outcome: 'stopped by the limits: change.maxFileBytes',
    run: `${EDIT}; truncate -s 1T big`,
    held: ({ status, pushed }) => { assert.equal(status.reason, 'AgentFailed'); assert.equal(pushed, undefined); },
    says: /"big"/,
  },
  {
    name: 'a log of 6 MB',
    outcome: 'stopped by the limits: logs.maxBytes',
    settings: { logs: { maxBytes: 300_000 } },
    run: `${EDIT}; yes 'noise noise noise' | head -c 4000000; head -c 2000000 /dev/zero | tr '\\0' x`,
    held: (seen) => { assert.ok(seen.log.length < 330_000); assert.match(seen.log, /log cut/); return onlyEdit(seen); },
  },
]; // prettier-ignore
