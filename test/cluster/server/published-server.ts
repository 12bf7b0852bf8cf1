import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificateFor } from '../../engine/kubernetes/client/certificates.ts';
import { until } from '../harness/until.ts';
import type { Quickstart } from '../scenarios/quickstart-scene.ts';
import { NAMESPACE } from '../scenarios/scene.ts';
import type { Following } from '../scenarios/terminal.ts';

/** The name by which the quickstart calls the API. */
const HOST = 'vteam-api.example.com';
export const TLS_SECRET = 'bgtask-server-tls';

/** Gives the server its certificate, and lets `curl https://vteam-api.example.com/` of the person's shell reach it. */
export async function publishServer({ admin, here }: Quickstart): Promise<Following> {
  const at = (name: string): string => join(admin.folder, name);
  const { cert, key } = certificateFor(`DNS:${HOST}`);
  writeFileSync(at('tls.key'), key);
  writeFileSync(at('tls.crt'), cert);
  await admin.ok(
    `kubectl -n ${NAMESPACE} create secret tls ${TLS_SECRET} --cert tls.crt --key tls.key && kubectl -n ${NAMESPACE} rollout status deployment/bgtask-server --timeout=150s`,
  );
  const forward = admin.follow(`kubectl -n ${NAMESPACE} port-forward service/bgtask-server :443`);
  const port = await until(
    'the forwarded port',
    30,
    () => /Forwarding from 127\.0\.0\.1:(\d+)/.exec(forward.text())?.[1],
  );
  writeFileSync(
    join(here.folder, '.curlrc'),
    `connect-to = "${HOST}:443:127.0.0.1:${port}"\ncacert = "${at('tls.crt')}"\n`,
  );
  return forward;
}
