import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const read = (pid: number, file: string): string => {
  try {
    return file === 'cwd'
      ? readlinkSync(`/proc/${pid}/cwd`)
      : readFileSync(`/proc/${pid}/${file}`, 'latin1').replaceAll('\0', ' ');
  } catch {
    // It has ended, or has none.
    return '';
  }
};

/** The processes of this machine that belong to a world, by their arguments, their environment or their folder: zombies have none of these. */
export function processesOf(words: readonly string[]): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .filter((pid) =>
      ['cmdline', 'environ', 'cwd'].some((file) => {
        const text = read(pid, file);
        return words.some((word) => text.includes(word));
      }),
    )
    .map((pid) => ({ pid, command: read(pid, 'cmdline') }));
}
