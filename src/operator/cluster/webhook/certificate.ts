import { generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';

/** A certificate that is its own authority, and its key; PEM. */
export interface KeyPair {
  cert: string;
  key: string;
}

export const VALID_DAYS = 30;
const DAY = 86_400_000;
/** Clocks of API servers may be behind. */
const EARLIER = 3_600_000;

/** Tags of DER (X.690), as far as a certificate of X.509 v3 needs them (RFC 5280, section 4.1). */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;
/** Tags that the fields of a certificate give themselves. */
const VERSION_FIELD = 0xa0;
const EXTENSIONS_FIELD = 0xa3;
const DNS_NAME = 0x82;

/** Object identifiers in DER, without tag and length. */
const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  subjectAltName: '551d11',
  extendedKeyUsage: '551d25',
  serverAuth: '2b06010505070301',
} as const;

function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.from([bytes]);
  const hex = bytes.toString(16);
  const digits = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([0x80 | digits.length]), digits]);
}

function der(tag: number, ...parts: readonly (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  return Buffer.concat([Buffer.from([tag]), length(body.length), body]);
}

const oid = (id: keyof typeof OID): Buffer => der(TAG.oid, Buffer.from(OID[id], 'hex'));
/** UTCTime, with two digits of the year, before 2050 (RFC 5280, section 4.1.2.5). */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return digits < '2050' ? der(TAG.utcTime, digits.slice(2)) : der(TAG.generalizedTime, digits);
}
const extension = (id: keyof typeof OID, value: Buffer): Buffer =>
  der(TAG.sequence, oid(id), der(TAG.octets, value));
/** A bit string without unused bits. */
const bits = (bytes: Uint8Array): Buffer => der(TAG.bits, Buffer.from([0]), bytes);

/** A new key and a certificate of it for a host, valid from an hour ago for 30 days. `subject` tells whose it is. */
export function selfSigned(host: string, subject: string, now: number): KeyPair {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(TAG.sequence, oid('ecdsaWithSha256'));
  const name = der(TAG.sequence, der(TAG.set, der(TAG.sequence, oid('commonName'), der(TAG.utf8, subject))));
  const extensions = der(
    TAG.sequence,
    extension('subjectAltName', der(TAG.sequence, der(DNS_NAME, host))),
    extension('extendedKeyUsage', der(TAG.sequence, oid('serverAuth'))),
  );
  const body = der(
    TAG.sequence,
    der(VERSION_FIELD, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name,
    der(TAG.sequence, time(now - EARLIER), time(now + VALID_DAYS * DAY)),
    name,
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    der(EXTENSIONS_FIELD, extensions),
  );
  const whole = der(TAG.sequence, body, algorithm, bits(sign('sha256', body, keys.privateKey)));
  return {
    cert: new X509Certificate(whole).toString(),
    key: String(keys.privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}
