import { X509Certificate } from 'node:crypto';
import { VALID_DAYS } from './certificate.ts';

const DAY = 86_400_000;
/** A certificate is replaced when a third of its time is left. */
const RENEW_DAYS = VALID_DAYS / 3;
/** Certificates that a bundle keeps: those of pods that are long gone make room. */
export const BUNDLE_MAX = 50;

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

const endOf = (certificate: X509Certificate): number => Date.parse(certificate.validTo);

/** True when it is time for a new certificate. */
export const isDue = (cert: string, now: number): boolean =>
  endOf(new X509Certificate(cert)) - now < RENEW_DAYS * DAY;

const certificatesOf = (bundle: string): X509Certificate[] =>
  (Buffer.from(bundle, 'base64').toString().match(PEM) ?? [])
    .map(parsed)
    .filter((each) => each !== undefined);

/** True when a caBundle (base64 of PEM, perhaps empty) has the certificate. */
export const holds = (bundle: string, cert: string): boolean => {
  const { fingerprint256 } = new X509Certificate(cert);
  return certificatesOf(bundle).some((each) => each.fingerprint256 === fingerprint256);
};

/** The caBundle with the certificate, and without what has expired or cannot be read; of many the ones that end last. */
export function withCertificate(bundle: string, cert: string, now: number): string {
  const others = certificatesOf(bundle)
    .filter((each) => endOf(each) > now)
    .sort((a, b) => endOf(b) - endOf(a))
    .slice(0, BUNDLE_MAX - 1);
  const all = [new X509Certificate(cert), ...others].map(String);
  return Buffer.from([...new Set(all)].join('')).toString('base64');
}
