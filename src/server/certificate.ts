import { readFileSync } from 'node:fs';
import type { Server } from 'node:https';
import { BgtaskError, messageOf } from '../domain/errors.ts';

/** Files in PEM. */
export interface CertificateFiles {
  cert: string;
  key: string;
}

/** Milliseconds between two looks at the files: issuers replace certificates long before they end. */
const LOOK = 60_000;

function read(file: string, flag: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new BgtaskError('Usage', `${flag}: ${messageOf(cause)}`, { cause });
  }
}

/** A certificate and its key. Throws Usage, naming the flag. */
export const readCertificate = ({ cert, key }: CertificateFiles): { cert: string; key: string } => ({
  cert: read(cert, '--tls-cert'),
  key: read(key, '--tls-key'),
});

/** Has a server take files that were replaced; of files that cannot be read it is told, and the old ones stay. Returns how to end it. */
export function renewCertificate(
  server: Server,
  files: CertificateFiles,
  failed: (error: unknown) => void,
  everyMs = LOOK,
): () => void {
  let known = readCertificate(files);
  const look = (): void => {
    try {
      const now = readCertificate(files);
      if (now.cert === known.cert && now.key === known.key) return;
      server.setSecureContext(now);
      known = now;
    } catch (error) {
      failed(error);
    }
  };
  const timer = setInterval(look, everyMs).unref();
  return () => clearInterval(timer);
}
