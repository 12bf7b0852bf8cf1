import { closeSync, readdirSync, readFileSync } from 'node:fs';

/** O_CLOEXEC in octal, on Linux for all architectures that Node runs on (asm-generic/fcntl.h). Node opens everything with it, and sets it on the first 16 of what it inherited. */
const CLOSE_ON_EXEC = 0o2000000;

/**
 * Closes what this process inherited besides its standard streams: a file or socket that a person's shell had open would reach the programs of a
 * repository. Only on Linux; elsewhere it does nothing.
 */
export function closeInherited(): void {
  for (const name of descriptors()) {
    const descriptor = Number(name);
    if (descriptor > 2 && isInherited(name)) close(descriptor);
  }
}

function descriptors(): string[] {
  try {
    return readdirSync('/proc/self/fd');
  } catch {
    return [];
  }
}

function isInherited(name: string): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'utf8'))?.[1];
    return flags !== undefined && (parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    return false;
  }
}

function close(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // The listing's own descriptor is closed already.
  }
}
