/** Codes with which a secure connection fails: a certificate that is not trusted, or a server that speaks something else. */
const CODES = /^(?:ERR_SSL|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;

/** True for the code of a failure of TLS. */
export const isTlsFailure = (code: string): boolean => CODES.test(code);

/** What to do about one. */
export const TLS_HINT =
  'If it uses a private certificate authority, name its file in NODE_EXTRA_CA_CERTS (on a cluster: settings, runner.ca)';
